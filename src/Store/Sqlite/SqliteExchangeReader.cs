using Exchange.Grains.Exchanges;

namespace Exchange.Store.Sqlite;

/// <summary>Reads which exchange a directory holds, beside a running node or without one: takes no lock.</summary>
public static class SqliteExchangeReader
{
    /// <summary>The exchange's id.</summary>
    /// <exception cref="StoreRefusedException">The directory has no store, or its store no exchange yet.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public static ExchangeId Read(string directory)
    {
        var path = Path.Combine(directory, SqliteOptions.FileName);
        if (!File.Exists(path))
        {
            throw new StoreRefusedException($"{directory} has no store: expected a file {SqliteOptions.FileName}.");
        }

        using var readers = new ReaderPool(path, () => null);
        var genesis = readers.Read(connection =>
        {
            var first = connection.Statement("read_chain").Bind(1, GrainCatalog.Self).Bind(3, 0).Bind(4, 0).Bind(5, 1);
            var bytes = first.Step() ? first.Bytes(2).ToArray() : null;
            first.Reset();
            return bytes;
        });
        return genesis is not null && WireCatalog.Read(EntryCodec.Decode(genesis).Command) is InitialiseExchange command
            ? command.Exchange
            : throw new StoreRefusedException($"The store in {directory} holds no exchange yet.");
    }
}
