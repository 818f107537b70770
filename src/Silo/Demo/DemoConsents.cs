using System.Text.Json;

namespace Exchange.Silo.Demo;

/// <summary>Households give consent, by themselves or on paper, and some take it back.</summary>
internal sealed class DemoConsents(
    DemoApi api, DemoParties parties, DemoTable table, DemoSteps steps, JsonElement notice)
{
    private readonly Dictionary<(GrainKey Household, string Dataset), string> _consents = [];
    private readonly Lock _lock = new();

    internal async Task GiveAsync(DemoChoices choices)
    {
        await steps.ForEachAsync("consents given", choices.ByItself, async household =>
        {
            await GiveByItselfAsync(household, DemoParties.Registry);
            await GiveByItselfAsync(household, DemoParties.Payments);
        });
        await steps.SayAsync($"{choices.ByItself.Length} households consented with their own tokens, to both datasets");

        await steps.ForEachAsync("papers recorded and confirmed", choices.OnPaper, async household =>
            await ConfirmAsync(household, await RecordAsync(household)));
        await steps.ForEachAsync("papers recorded", choices.Unconfirmed, household => RecordAsync(household));
        await steps.SayAsync(
            $"{choices.OnPaper.Length} consented on paper, confirmed by a second officer; {choices.Unconfirmed.Length} "
            + "papers stay unconfirmed and authorise nothing");
    }

    internal async Task WithdrawAsync(ImmutableArray<DemoHousehold> households)
    {
        await steps.ForEachAsync(
            "consents withdrawn", households, household => WithdrawOneAsync(household, DemoParties.Registry));
        await steps.SayAsync($"{households.Length} households took their consent back");
    }

    /// <summary>Takes one consent back; answers the deliveries that the answer names as in progress.</summary>
    internal async Task<string[]> WithdrawOneAsync(DemoHousehold household, string dataset)
    {
        var consent = _consents[(household.Key, dataset)];
        var answer = await api.PostAsync(
            parties.Household(household.Key), $"withdraw {household.Row} {dataset}",
            $"/v1/households/{household.Key}/consents/{consent}/withdraw");
        return [.. answer.GetProperty("data").GetProperty("deliveriesInProgress").EnumerateArray()
            .Select(delivery => delivery.GetString()!)];
    }

    private async Task GiveByItselfAsync(DemoHousehold household, string dataset)
    {
        var answer = await api.PostAsync(
            parties.Household(household.Key), $"consent {household.Row} {dataset}",
            $"/v1/households/{household.Key}/consents", Terms(dataset, giver: null, collection: null));
        Keep(household, dataset, answer);
    }

    private async Task<string> RecordAsync(DemoHousehold household)
    {
        var collection = new
        {
            signedAt = "2026-01-05T09:00:00+08:00",
            scan = new string('b', 64),
            paperReference = $"Binder 7, sheet {household.Row}",
        };
        var answer = await api.PostAsync(
            parties.Recorder, $"paper {household.Row}", $"/v1/households/{household.Key}/consents",
            Terms(DemoParties.Registry, household.Member.Value, collection));
        return Keep(household, DemoParties.Registry, answer);
    }

    private async Task ConfirmAsync(DemoHousehold household, string consent) =>
        _ = await api.PostAsync(
            parties.Confirmer, $"confirm {household.Row}",
            $"/v1/households/{household.Key}/consents/{consent}/confirm",
            new
            {
                means = "second-officer",
                witness = $"Village committee, row {household.Row}",
                scan = new string('c', 64),
            });

    private string Keep(DemoHousehold household, string dataset, JsonElement answer)
    {
        var consent = answer.GetProperty("data").GetProperty("id").GetString()!;
        lock (_lock)
        {
            _consents[(household.Key, dataset)] = consent;
        }

        return consent;
    }

    private object Terms(string dataset, string? giver, object? collection) => new
    {
        notice = new
        {
            notice = DemoParties.Notice,
            version = notice.GetProperty("version").GetInt32(),
            language = notice.GetProperty("language").GetString(),
            digest = notice.GetProperty("digest").GetString(),
        },
        recipient = $"buyer/{DemoParties.Buyer}",
        dataset,
        columns = table.Delivered.Select(column => column.Value),
        purposes = new[] { DemoOpening.Purpose },
        methods = new[] { "use", "analyse" },
        validity = new { from = "2026-01-01T00:00:00Z", until = "2098-01-01T00:00:00Z" },
        retentionDays = 365,
        giver,
        collection,
    };
}
