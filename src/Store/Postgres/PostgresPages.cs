using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>
/// Reads the entries of many chains once, a page each round trip and the next while the last one is used. Entries never
/// change, so that each page may be of another moment. Pages have as many entries as make them about as large as each
/// other.
/// </summary>
internal sealed class PostgresPages(PostgresSessions sessions, ImmutableArray<ChainStretch> stretches)
{
    private const int EntriesFirst = 1024;
    private const int EntriesMax = 8192;
    private const int StretchesMax = 2048;
    private const long PageBytes = 2 << 20;
    private const long PageBytesMax = 4 * PageBytes;

    private int _at;
    private EntryIndex? _from;
    private int _limit = EntriesFirst;

    internal async IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = NextAsync(cancellationToken);
        try
        {
            while (await next is { IsDefault: false } page)
            {
                next = NextAsync(cancellationToken);
                if (!page.IsEmpty)
                {
                    yield return page;
                }
            }
        }
        finally
        {
            // Whoever leaves early leaves a page under way: its session is given back before this ends.
            await Task.WhenAny(next);
        }
    }

    // The default value behind the last page.
    private async Task<ImmutableArray<StoredEntry>> NextAsync(CancellationToken cancellationToken) =>
        _at == stretches.Length
            ? default
            : await PostgresFaults.Guarded(() => ReadPageAsync(Asked(), cancellationToken)).ConfigureAwait(false);

    // As many stretches as can fill the page, the first from where it goes on.
    private List<ChainStretch> Asked()
    {
        var asked = new List<ChainStretch>();
        for (var room = (long)_limit; room > 0 && asked.Count < StretchesMax && _at + asked.Count < stretches.Length;)
        {
            var stretch = stretches[_at + asked.Count];
            asked.Add(asked.Count == 0 && _from is { } from ? stretch with { From = from } : stretch);

            // Of chains without end, more than a page is never read anyway.
            room -= Math.Clamp(asked[^1].Through.Value - asked[^1].From.Value, 0, _limit - 1) + 1;
        }

        return asked;
    }

    private async ValueTask<ImmutableArray<StoredEntry>> ReadPageAsync(
        List<ChainStretch> asked, CancellationToken cancellationToken)
    {
        var (entries, bytes, last) = (ImmutableArray.CreateBuilder<StoredEntry>(), 0L, 0);
        var command = Command(asked);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (bytes < PageBytesMax && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    last = (int)reader.GetInt64(0) - 1;
                    var body = reader.GetFieldValue<byte[]>(3);
                    entries.Add(new(asked[last].Chain, new(reader.GetInt64(1)), new(reader.GetInt64(2)), body));
                    bytes += body.Length;
                }
            }
        }

        Advance(asked, entries, bytes, last);
        return entries.DrainToImmutable();
    }

    private void Advance(
        List<ChainStretch> asked, ImmutableArray<StoredEntry>.Builder entries, long bytes, int last)
    {
        if (entries.Count < _limit && bytes < PageBytesMax)
        {
            // Everything that was asked is there.
            (_at, _from) = (_at + asked.Count, null);
        }
        else
        {
            (_at, _from) = (_at + last, entries[^1].Index.Next);
        }

        if (entries.Count > 0)
        {
            _limit = (int)Math.Clamp(PageBytes * entries.Count / bytes, 1, EntriesMax);
        }
    }

    private NpgsqlCommand Command(List<ChainStretch> asked)
    {
        var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_entries"));
        Add(command, NpgsqlDbType.Smallint, asked.Select(each => (short)each.Chain.Kind));
        Add(command, NpgsqlDbType.Text, asked.Select(each => each.Chain.Key.Value));
        Add(command, NpgsqlDbType.Bigint, asked.Select(each => each.From.Value));
        Add(command, NpgsqlDbType.Bigint, asked.Select(each => each.Through.Value));
        _ = command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _limit });
        return command;
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type });
}
