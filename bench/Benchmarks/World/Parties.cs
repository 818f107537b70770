using System.Security.Cryptography;
using Exchange.Engine;
using Exchange.Grains.Buyers;
using Exchange.Grains.Datasets;
using Exchange.Grains.Departments;
using Exchange.Grains.Households;
using Exchange.Grains.Notices;
using Exchange.Grains.Rules;
using Exchange.Grains.Values;
using Exchange.Ledger;

namespace Exchange.Benchmarks.World;

/// <summary>The parties that consents and deliveries refer to, and the commands that make them.</summary>
/// <param name="series">Commands of another series have other ids.</param>
internal sealed class Parties(IExchange exchange, ulong series = 1)
{
    internal static readonly ChainId Department = ChainId.Parse("department/relief");
    internal static readonly ChainId Buyer = ChainId.Parse("buyer/acme");
    internal static readonly ChainId Stranger = ChainId.Parse("buyer/stranger");
    internal static readonly GrainKey Notice = GrainKey.Parse("told");
    internal static readonly GrainKey Scheme = GrainKey.Parse("register");
    internal static readonly PurposeCode Purpose = PurposeCode.Parse("gx:PovertyRelief");
    internal static readonly Digest Document = Hashes.Tagged(HashTag.Document, [1]);
    internal static readonly Period Always = new(new(0), new(UnixMilliseconds.Limit / 2));
    internal static readonly Actor Publisher = Of(Department, Role.Department);
    internal static readonly Actor Licensee = Of(Buyer, Role.Buyer);

    // As many of the processors as there are may wait for the store's commit at once: that is what fills a commit.
    private const int ParallelMax = 2048;

    private static readonly Actor Operator = Of(ChainId.Parse("operator/main"), Role.Operator);

    private long _commands;

    /// <summary>Registers department, buyer and notice.</summary>
    internal async Task RegisterAsync()
    {
        await SubmitAsync(Department, Operator, new RegisterDepartment(
            "Office of Poverty Relief", "11520000MB1A0001XM", "relief@example.org", DivisionCode.Parse("52"),
            AuthorityKind.PovertyRelief));
        await SubmitAsync(
            new(GrainKind.Notice, Notice), Publisher, new PublishNotice(Department.Key, 1, "en", Document));
        await SubmitAsync(Buyer, Operator, new RegisterBuyer(
            new("Acme Analytics", "US-1234", "US", "data@acme.example", [Purpose])));
        await SubmitAsync(Buyer, Operator, new ApproveBuyer());
    }

    /// <summary>Publishes a dataset about households and declares its first revision, which it names.</summary>
    internal async Task<GrainKey> PublishDatasetAsync(ChainId dataset, ImmutableArray<Column> columns)
    {
        var revision = GrainKey.Parse($"{dataset.Key}-1");
        await SubmitAsync(dataset, Publisher, new PublishDataset(
            Department.Key, Description(),
            new(DataLevel.Important, PersonalClass.Sensitive, Openness.Conditional, Openness.None, Tradeable: true),
            new(SubjectLevel.Household, columns[0].Name, Scheme)));
        await SubmitAsync(dataset, Publisher, new DeclareRevision(revision, columns, Document));
        return revision;
    }

    internal Task RegisterHouseholdAsync(ChainId household) => SubmitAsync(
        household, Publisher,
        new RegisterHousehold(
            Department.Key, DivisionCode.Parse("520102"),
            [new(GrainKey.Parse($"m{household.Key}"), Adult: true, null, null, [])]));

    /// <summary>A household gives a consent with its own token.</summary>
    internal ValueTask<SubmitOutcome> ConsentAsync(ChainId household, ConsentTerms terms)
    {
        var id = NextId();
        return SubmitPatientlyAsync(new(household, id, Of(household, Role.Household), new GrantConsent(
            ConsentOf(id), Giver: null, Capacity.Self, [], terms, new(null, null, null, null), Supersedes: null)));
    }

    /// <summary>
    /// A household withdraws everything for a buyer that has nothing: an entry that may be repeated without end, which
    /// a consent may not.
    /// </summary>
    internal ValueTask<SubmitOutcome> WithdrawAsync(ChainId household) => SubmitPatientlyAsync(
        new(household, NextId(), Of(household, Role.Household), new WithdrawConsent(
            WithdrawalScope.AllForRecipient, Consent: null, Stranger, SignedAt: null, Note: null)));

    /// <summary>The key of the consent that a command gives, spread as derived ids are.</summary>
    internal static GrainKey ConsentOf(CommandId id)
    {
        Span<byte> bytes = stackalloc byte[Bytes16.SizeBytes];
        id.Value.CopyTo(bytes);
        return KeyOf(bytes);
    }

    internal static ConsentTerms Terms(GrainKey dataset, ImmutableSortedSet<ColumnName> columns) => new(
        [], new(Notice, 1, "en", Document), Buyer, dataset, columns, [Purpose],
        [ProcessingMethod.Use, ProcessingMethod.Analyse], Always, RetentionDays: 365, LegalBasis.Consent);

    internal static ChainId HouseholdOf(int number) =>
        new(GrainKind.Household, KeyOf(BitConverter.GetBytes(number)));

    internal async Task SubmitAsync(ChainId chain, Actor actor, Command command)
    {
        var outcome = await exchange.SubmitAsync(new(chain, NextId(), actor, command), CancellationToken.None);
        Expect(outcome, command);
    }

    internal static void Expect(SubmitOutcome outcome, object what)
    {
        if (outcome is not SubmitOutcome.Accepted)
        {
            throw new InvalidOperationException($"{what.GetType().Name} was answered {outcome}.");
        }
    }

    /// <summary>Does something for each number, many at a time; says on standard error how far it is.</summary>
    internal static async Task ForEachAsync(
        string what, int count, Func<int, Task> body, int parallelMax = ParallelMax)
    {
        var done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = parallelMax },
            async (number, _) =>
            {
                await body(number);
                var now = Interlocked.Increment(ref done);
                if (now % 100_000 == 0)
                {
                    Console.Error.WriteLine($"{what}: {now} of {count}");
                }
            });
    }

    // As a caller does it: what was not executed is asked for again, under its id, and the wait is part of the answer.
    private async ValueTask<SubmitOutcome> SubmitPatientlyAsync(CommandRequest request)
    {
        while (true)
        {
            var outcome = await exchange.SubmitAsync(request, CancellationToken.None);
            if (outcome is not SubmitOutcome.Unavailable unavailable)
            {
                return outcome;
            }

            await Task.Delay(unavailable.RetryAfter);
        }
    }

    private static Actor Of(ChainId id, Role role) =>
        new(id, role, OnBehalfOf: null, Person: null, Ledger.Channel.Self, Authentication: null);

    private static GrainKey KeyOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(bytes, digest);
        return Base32.Key(digest[..Bytes16.SizeBytes]);
    }

    private CommandId NextId() => new(new Bytes16(series, (ulong)Interlocked.Increment(ref _commands)));

    private static DatasetDescription Description() => new(
        Texts("Register"), Texts("Poor households"), ["poverty"], [Theme.Government],
        "Registration cards", "relief@example.org", [DivisionCode.Parse("52")], null, UpdateFrequency.Monthly);

    private static ImmutableSortedDictionary<string, string> Texts(string text) =>
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal).Add("en", text);
}
