using Exchange.Engine.Checking;
using Exchange.Engine.Leases;
using Exchange.Engine.Ports;
using Exchange.Engine.Processes;
using Exchange.Grains;
using Exchange.Grains.Agreements;
using Exchange.Grains.Buyers;
using Exchange.Grains.Departments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Engine.Tests.Processes;

/// <summary>An agreement is noted on both parties' chains, whatever happens between the steps.</summary>
public sealed class ProcessRunnerTests
{
    private static readonly ChainId Agreement = ChainId.Parse("agreement/first");
    private static readonly ChainId Department = ChainId.Parse("department/relief");

    private static readonly AgreementTerms Terms = new(
        Department, World.Chain, LawfulBasis.Consent, PurposeCode.Parse("gx:PovertyRelief"),
        new(new(0), new(4_000_000_000_000)), GrainKey.Parse("poverty"), GrainKey.Parse("offer"), default,
        [ColumnName.Parse("income")], PinnedRevision: null);

    [Fact]
    public async Task An_agreement_is_noted_by_both_parties_and_closed()
    {
        await using var world = await OpenAsync(withBuyer: true);
        await using var runner = Runner(world, world.Exchange);
        runner.Start();

        _ = await world.AcceptedAsync(world.Request(new RequestAgreement(Terms), chain: Agreement));
        await runner.WhenIdleAsync();

        await AssertClosedOnceAsync(world);
    }

    [Fact]
    public async Task A_process_that_was_killed_at_any_step_goes_on_and_does_nothing_twice()
    {
        // Two steps of two commands each; each may be the last that was sent, stored or not.
        for (var sent = 0; sent < 4; sent++)
        {
            foreach (var stored in new[] { false, true })
            {
                await using var world = await OpenAsync(withBuyer: true);
                _ = await world.AcceptedAsync(world.Request(new RequestAgreement(Terms), chain: Agreement));
                var killed = new KilledExchange(world.Exchange, sent, stored);
                await using var dying = Runner(world, killed);
                Assert.True(await dying.PassAsync(CancellationToken.None));

                await world.BeginAsync();
                await using var runner = Runner(world, world.Exchange);
                runner.Start();
                await runner.WhenIdleAsync();

                await AssertClosedOnceAsync(world);
            }
        }
    }

    [Fact]
    public async Task A_refused_step_is_parked_with_its_reason_and_goes_on_when_it_is_tried_again()
    {
        await using var world = await OpenAsync(withBuyer: false);
        await using var runner = Runner(world, world.Exchange);
        runner.Start();

        _ = await world.AcceptedAsync(world.Request(new RequestAgreement(Terms), chain: Agreement));
        await runner.WhenIdleAsync();
        var parked = await world.CheckAsync();
        var events = (await world.EntriesAsync(Agreement)).SelectMany(
            entry => entry.Events.Select(recorded => WireCatalog.Read(recorded, entry.Command)));
        _ = await world.AcceptedAsync(world.Request(Registered()));
        _ = await world.AcceptedAsync(
            world.Request(new RetryRegistration(RegistrationStep.Licensee), chain: Agreement));
        await runner.WhenIdleAsync();

        Assert.Equal(new StoreDifference.OneSided(Agreement, "Licensee"), Assert.Single(parked.Differences));
        Assert.Contains(new RegistrationParked(RegistrationStep.Licensee, Refusal.BuyerUnknown), events);
        await AssertClosedOnceAsync(world);
    }

    [Fact]
    public async Task Work_that_could_not_go_on_stays_due()
    {
        await using var world = await OpenAsync(withBuyer: true);
        _ = await world.AcceptedAsync(world.Request(new RequestAgreement(Terms), chain: Agreement));
        await using var runner = Runner(world, new KilledExchange(world.Exchange, sent: 1, stored: false));

        Assert.True(await runner.PassAsync(CancellationToken.None));
        Assert.Contains(RegistrationStatus.Open, (await StateAsync(world)).Registrations.Values);
    }

    [Fact]
    public async Task Only_the_holder_of_the_lease_does_due_work_and_the_next_one_takes_over()
    {
        await using var world = await OpenAsync(withBuyer: true);
        await using var other = await world.OpenOneMoreAsync();
        await using var lease = world.Keeper("node-2");
        await using var standby = Runner(world, other, lease);
        _ = await world.AcceptedAsync(world.Request(new RequestAgreement(Terms), chain: Agreement));

        _ = await lease.RenewAsync(CancellationToken.None);
        Assert.True(await standby.PassAsync(CancellationToken.None));
        Assert.Contains(RegistrationStatus.Open, (await StateAsync(world)).Registrations.Values);
        world.Time.Move(LeaseKeeper.Duration);
        _ = await lease.RenewAsync(CancellationToken.None);
        Assert.False(await standby.PassAsync(CancellationToken.None));

        Assert.True(await Runner(world, world.Exchange).PassAsync(CancellationToken.None));
        await AssertClosedOnceAsync(world);
    }

    [Fact]
    public async Task The_holder_finds_the_work_that_another_node_stored()
    {
        await using var world = await OpenAsync(withBuyer: true);
        await using var other = await world.OpenOneMoreAsync();
        await using var runner = Runner(world, world.Exchange);
        runner.Start();
        await runner.WhenIdleAsync();

        var outcome = await other.SubmitAsync(
            world.Request(new RequestAgreement(Terms), chain: Agreement), CancellationToken.None);
        _ = Assert.IsType<SubmitOutcome.Accepted>(outcome);

        // Nothing wakes the runner but its own timer, which may not have been set yet when the clock first moves.
        while ((await StateAsync(world)).Registrations.Values.Any(each => each != RegistrationStatus.Closed))
        {
            world.Time.Move(TimeSpan.FromMilliseconds(100));
            _ = await world.DueWork.RenewAsync(CancellationToken.None);
        }

        await AssertClosedOnceAsync(world);
    }

    [Fact]
    public async Task Work_given_back_by_a_node_that_stops_is_done_by_the_next_at_once()
    {
        await using var world = await OpenAsync(withBuyer: true);
        await using var lease = world.Keeper("node-2");
        await using var next = Runner(world, world.Exchange, lease);
        _ = await world.AcceptedAsync(world.Request(new RequestAgreement(Terms), chain: Agreement));
        Assert.Null(await lease.RenewAsync(CancellationToken.None));

        await world.DueWork.DisposeAsync();
        _ = await lease.RenewAsync(CancellationToken.None);

        Assert.False(await next.PassAsync(CancellationToken.None));
        await AssertClosedOnceAsync(world);
    }

    private static async Task<World> OpenAsync(bool withBuyer)
    {
        var world = new World
        {
            Rules = kind => kind == GrainKind.Agreement ? new OpenAgreementRules() : GrainCatalog.Find(kind),
        };
        await world.BeginAsync();
        _ = await world.AcceptedAsync(world.Request(
            new RegisterDepartment(
                "Relief", CreditCode.Complete("11520000MB1234567"), "relief@example.cn", DivisionCode.Parse("52"),
                AuthorityKind.PovertyRelief),
            chain: Department));
        if (withBuyer)
        {
            _ = await world.AcceptedAsync(world.Request(Registered()));
        }

        return world;
    }

    private static RegisterBuyer Registered() => new(
        new("Acme", "91520000MA6AAAAA1B", "CN", "acme@example.cn", [PurposeCode.Parse("gx:PovertyRelief")]));

    private static ProcessRunner Runner(World world, IExchange exchange, LeaseKeeper? lease = null) => new(
        exchange, world.Ledger, world.Rows, world.Exchange.DueWork, lease ?? world.DueWork, world.Time,
        NullLogger.Instance);

    private static async Task<AgreementState> StateAsync(World world) =>
        (AgreementState)(await world.Exchange.ReadAsync(Agreement, CancellationToken.None)).State;

    private static async Task AssertClosedOnceAsync(World world)
    {
        Assert.All(
            (await StateAsync(world)).Registrations.Values, each => Assert.Equal(RegistrationStatus.Closed, each));
        Assert.Equal(2, (await world.EntriesAsync(Department)).Count);
        Assert.Equal(2, (await world.EntriesAsync()).Count);
        Assert.Empty(await world.Rows.ListAsync(
            new(RowTable.DueWork, RowFilter.All, []), after: null, limit: 10, CancellationToken.None));
        await world.AssertGoodAsync();
    }

    /// <summary>
    /// An exchange whose caller dies at its n-th command: before it is stored, or before it hears of it.
    /// </summary>
    private sealed class KilledExchange(IExchange exchange, int sent, bool stored) : IExchange
    {
        private int _sent;

        public ExchangeId Id => exchange.Id;

        public async ValueTask<SubmitOutcome> SubmitAsync(CommandRequest request, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _sent) - 1;
            if (number < sent)
            {
                return await exchange.SubmitAsync(request, cancellationToken);
            }

            if (number == sent && stored)
            {
                _ = await exchange.SubmitAsync(request, cancellationToken);
            }

            throw new InvalidOperationException("Killed.");
        }

        public ValueTask<GrainReading> ReadAsync(ChainId chain, CancellationToken cancellationToken) =>
            exchange.ReadAsync(chain, cancellationToken);

        public ValueTask<ReplayOutcome> ReplayAsync(
            ChainId chain, ReplayPoint point, CancellationToken cancellationToken) =>
            exchange.ReplayAsync(chain, point, cancellationToken);
    }
}
