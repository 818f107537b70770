using System.Text.Json;

namespace Exchange.Silo.Demo;

/// <summary>
/// The whole story over HTTP, in the order it happens: publish, consent, license, deliver, withdraw, replay, verify.
/// </summary>
internal sealed class DemoStory(DemoApi api, DemoParties parties, DemoTable table, DemoSteps steps, int seed)
{
    // Every row of the larger dataset stands ten times: that delivery takes long enough to withdraw in its middle.
    internal const int PaymentsPerHousehold = 10;

    private const string CaseNumber = "CASE-2026-001";

    internal async Task<DemoReport> TellAsync(string evidencePath)
    {
        var opening = new DemoOpening(api, parties, table, steps, seed);
        await opening.RegisterPartiesAsync();
        var households = await opening.RegisterHouseholdsAsync();
        var notice = await opening.PublishNoticeAsync();
        var registry = await opening.PublishDatasetAsync(
            DemoParties.Registry, "Register of poor households", repeat: 1);
        var payments = await opening.PublishDatasetAsync(
            DemoParties.Payments, "Relief payments to households", PaymentsPerHousehold);

        var consents = new DemoConsents(api, parties, table, steps, notice);
        var choices = DemoChoices.Of(households, seed);
        await consents.GiveAsync(choices);

        var trade = new DemoTrade(api, parties, steps);
        var licence = await trade.LicenseAsync(DemoParties.Registry, registry);
        var first = await trade.DeliverAsync("first", licence);
        await DeliverWhileWithdrawingAsync(trade, consents, choices, payments);

        await consents.WithdrawAsync(choices.Withdrawing);
        var second = await trade.DeliverAsync("second", licence);

        var regulator = new DemoRegulator(api, parties, steps, CaseNumber);
        var consentedFirst = await regulator.CountConsentsAsync("before the first delivery", first.StartedAt);
        _ = await regulator.CountConsentsAsync("before the second delivery", second.StartedAt);
        var violations = await regulator.AuditAsync();
        await regulator.ExportAsync(evidencePath);
        var (verified, entries) = await DemoVerifier.VerifyAsync(evidencePath, steps);
        return new(
            households.Length, consentedFirst, first.Rows, choices.Withdrawing.Length, second.Rows, entries, violations,
            verified, evidencePath);
    }

    // Counted nowhere in the report, but audited like every delivery: the household that withdraws in the middle is the
    // last one in the order of delivery, so that its rows are still to come.
    private async Task DeliverWhileWithdrawingAsync(
        DemoTrade trade, DemoConsents consents, DemoChoices choices, JsonElement offer)
    {
        var last = choices.ByItself.MaxBy(household => household.Key)!;
        var licence = await trade.LicenseAsync(DemoParties.Payments, offer);
        var withdrawn = Array.Empty<string>();
        var delivered = await trade.DeliverAsync("larger", licence, async () =>
            withdrawn = await consents.WithdrawOneAsync(last, DemoParties.Payments));
        var expected = (choices.ByItself.Length - 1) * PaymentsPerHousehold;

        // Where the table is very small or the machine very slow, some of its rows are gone before it withdraws.
        // Whether that was lawful the audit says, from the times on the chains.
        var gone = delivered.Rows - expected;
        if (withdrawn.Length == 0 || gone is < 0 or > PaymentsPerHousehold)
        {
            throw new DemoException(
                "The delivery with a withdrawal in its middle: expected "
                + $"{expected} to {expected + PaymentsPerHousehold} "
                + $"rows and itself named in the answer to the withdrawal, found {delivered.Rows} rows and "
                + $"{withdrawn.Length} deliveries named.");
        }

        await steps.SayAsync(gone == 0
            ? "  the household that withdrew meanwhile is not in it; the answer named the delivery"
            : $"  {gone} rows of the household that withdrew meanwhile had left before; the answer named the delivery");
    }
}
