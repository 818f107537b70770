using System.Security.Cryptography;
using System.Text;
using Exchange.Benchmarks.World;
using Exchange.Engine.Ports;
using Exchange.Grains.Households;
using Exchange.Grains.Rules;
using Exchange.Ledger;

namespace Exchange.Benchmarks.Append;

/// <summary>
/// Fills a ledger with households' chains as the real path would have made them, without deciding each entry: a real
/// household's registration and consent, for others, linked, hashed and with their rows, in large parts straight into
/// the store. What is filled verifies, and grains load it.
/// </summary>
internal sealed class LedgerFill
{
    private const int Parallel = 512;

    private readonly ILedgerStore _ledger;
    private readonly ExchangeId _exchange;
    private readonly ChainId _model;
    private readonly Entry _registered;
    private readonly Entry _granted;
    private readonly HouseholdRow _household;
    private readonly ConsentRow _consent;

    private LedgerFill(
        ILedgerStore ledger, ExchangeId exchange, ImmutableArray<Entry> entries, ImmutableArray<Row> rows)
    {
        (_ledger, _exchange, _model) = (ledger, exchange, entries[0].Chain);
        (_registered, _granted) = (entries[0], entries[1]);
        (_household, _consent) = (rows.OfType<HouseholdRow>().Single(), rows.OfType<ConsentRow>().Single());
    }

    /// <summary>Takes the model: a household that was registered and has given one consent.</summary>
    internal static async Task<LedgerFill> FromAsync(
        ILedgerStore ledger, IRowStore rows, ExchangeId exchange, ChainId model)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        await foreach (var entry in ledger.ReadChainAsync(model, new(0), through: null, CancellationToken.None))
        {
            entries.Add(EntryCodec.Decode(entry.Bytes));
        }

        return new(ledger, exchange, entries.ToImmutable(), await rows.ReadRowsOfAsync(model, CancellationToken.None));
    }

    /// <summary>
    /// Gives these households so many entries together, in passes, so that a chain's entries lie apart as they do when
    /// they come over time. Answers how many were stored.
    /// </summary>
    internal async Task<long> FillAsync(ImmutableArray<ChainId> households, long entries, int passes)
    {
        var chains = new Filled[households.Length];
        var stored = 0L;
        for (var pass = 0; pass < passes; pass++)
        {
            // What is left is spread over what is to come, so that the sum is exact but for a remainder.
            var each = (int)Math.Max(1, (entries - stored) / households.Length / (passes - pass));
            await System.Threading.Tasks.Parallel.ForEachAsync(
                Enumerable.Range(0, households.Length),
                new ParallelOptions { MaxDegreeOfParallelism = Parallel },
                async (number, _) => chains[number] = await AppendAsync(households[number], chains[number], each));
            stored += (long)each * households.Length;
            Console.Error.WriteLine($"filled {stored} of {entries}");
        }

        return stored;
    }

    private async Task<Filled> AppendAsync(ChainId chain, Filled before, int count)
    {
        var head = before.Next == 0
            ? new ChainHead(EntryIndex.BeforeFirst, Hashes.Genesis(_exchange, chain))
            : new(new(before.Next - 1), before.Hash);
        var expected = head;
        var entries = ImmutableArray.CreateBuilder<PendingEntry>(count);
        var rows = ImmutableArray.CreateBuilder<RowChange>(count);
        for (var i = 0; i < count; i++)
        {
            var id = new CommandId(Bytes16.From(Draw()));
            var consent = Parties.ConsentOf(id);
            var index = head.Index.Next;
            var (model, replaced) = index.Value == 0
                ? (_registered, (Of(_model.Key), Of(chain.Key)))
                : (_granted, (Of(_consent.Consent.Id), Of(consent)));
            var entry = model with
            {
                Chain = chain,
                Index = index,
                Previous = head.Hash,
                Actor = model.Actor.Id == _model ? model.Actor with { Id = chain } : model.Actor,
                CommandId = id,
                Command = model.Command with { Fields = Replace(model.Command.Fields, replaced) },
                Events =
                [
                    .. model.Events.Select(each => each with
                    {
                        // A bare null here would turn into an empty memory, by way of an array.
                        Fields = each.Fields is { } fields ? Replace(fields, replaced) : default(ReadOnlyMemory<byte>?),
                    }),
                ],
                Salt = new(Bytes16.From(Draw())),
            };
            var bytes = EntryCodec.Encode(entry);
            head = new(index, Hashes.Entry(bytes));
            entries.Add(new(
                index, head.Hash, entry.RecordedAt, entry.Actor.Id, id, Hashes.Command(entry.Actor.Id, entry.Command),
                bytes));
            rows.Add(new RowChange.Upsert(index.Value == 0
                ? _household with
                {
                    Chain = chain,
                    Members = [.. _household.Members.Select(each => each with { Id = Of(each.Id, chain) })],
                }
                : new ConsentRow(chain, _consent.Consent with
                {
                    Id = consent,
                    Entry = index,
                    AuthorisedBy = [.. _consent.Consent.AuthorisedBy.Select(each => Of(each, chain))],
                })));
        }

        var part = new ChainPart(chain, expected, entries.MoveToImmutable(), rows.MoveToImmutable());
        var outcome = await _ledger.AppendAsync(part, CancellationToken.None);
        return outcome == AppendOutcome.Stored
            ? new(head.Index.Value + 1, head.Hash)
            : throw new InvalidOperationException($"Expected {AppendOutcome.Stored}, found {outcome}.");
    }

    // Members are named after their household.
    private GrainKey Of(GrainKey member, ChainId chain) =>
        GrainKey.Parse(member.Value.Replace(_model.Key.Value, chain.Key.Value, StringComparison.Ordinal));

    private static byte[] Draw()
    {
        var bytes = new byte[Bytes16.SizeBytes];
        RandomNumberGenerator.Fill(bytes);
        return bytes;
    }

    private static byte[] Of(GrainKey key) => Encoding.ASCII.GetBytes(key.Value);

    // Keys of one length take each other's place without moving anything else.
    private static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> fields, (byte[] Old, byte[] New) keys)
    {
        var bytes = fields.ToArray();
        for (var from = 0; bytes.AsSpan(from).IndexOf(keys.Old) is >= 0 and var at; from += at + keys.New.Length)
        {
            keys.New.CopyTo(bytes.AsSpan(from + at));
        }

        return bytes;
    }

    private readonly record struct Filled(long Next, Digest Hash);
}
