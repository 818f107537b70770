using System.Security.Cryptography;
using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Grains.Exchanges;

namespace Exchange.Engine.Hosting;

/// <summary>The first entry of <c>exchange/self</c>, which names the exchange for ever.</summary>
public static class Genesis
{
    /// <summary>Sixteen random bytes: evidence of a test exchange never passes for another's.</summary>
    public static ExchangeId NewExchangeId() => new(Bytes16.From(RandomNumberGenerator.GetBytes(Bytes16.SizeBytes)));

    /// <summary>The command that begins an exchange; its id is derived, so that a retry is the same command.</summary>
    public static CommandRequest Request(ExchangeId exchange, Digest tokenKey, Actor node) => new(
        GrainCatalog.Self, Hashes.ProcessStep(GrainCatalog.Self, "genesis"), node,
        new InitialiseExchange(exchange, Hashes.Suite, tokenKey));

    /// <summary>The id of the exchange in a store; nothing where none was begun.</summary>
    /// <exception cref="ChainBrokenException">The first entry is no genesis entry of the exchange it names.</exception>
    public static async ValueTask<ExchangeId?> ReadAsync(ILedgerStore store, CancellationToken cancellationToken)
    {
        await foreach (var stored in store.ReadChainAsync(
            GrainCatalog.Self, new(0), new EntryIndex(0), cancellationToken))
        {
            return Read(stored.Bytes);
        }

        return null;
    }

    private static ExchangeId Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var entry = EntryCodec.Decode(bytes);
            if (WireCatalog.Read(entry.Command) is not InitialiseExchange { Exchange: var exchange, Suite: var suite }
                || suite != Hashes.Suite)
            {
                throw new ChainBrokenException(
                    GrainCatalog.Self, new(0),
                    $"Expected a genesis of suite {Hashes.Suite}, found {entry.Command.Type}");
            }

            return new ChainVerifier(exchange, GrainCatalog.Self).Check(bytes.Span) is not ChainCheck.Good and var check
                ? throw new ChainBrokenException(GrainCatalog.Self, new(0), check.ToString())
                : exchange;
        }
        catch (CanonicalFormatException wrong)
        {
            throw new ChainBrokenException(GrainCatalog.Self, new(0), wrong.Message, wrong);
        }
    }
}
