namespace Exchange.Store.Sqlite;

/// <summary>
/// Reads wrapped keys beside a running node, or without one: takes no lock and writes nothing. For programs like
/// <c>exchange token</c>.
/// </summary>
public static class SqliteSecretReader
{
    /// <summary>The wrapped keys of many names, in the order asked; nothing where there is none.</summary>
    /// <exception cref="StoreRefusedException">The directory has no store.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public static ImmutableArray<ReadOnlyMemory<byte>?> FindMany(string directory, ImmutableArray<string> names)
    {
        var path = Path.Combine(directory, SqliteOptions.FileName);
        if (!File.Exists(path))
        {
            throw new StoreRefusedException($"{directory} has no store: expected a file {SqliteOptions.FileName}.");
        }

        using var readers = new ReaderPool(path, () => null);
        return readers.Read(connection => SqliteSecretStore.FindMany(connection, names));
    }
}
