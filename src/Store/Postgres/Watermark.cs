using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Exchange.Store.Postgres;

// family: what a node remembers of its server

/// <summary>A server and the history of its data.</summary>
/// <param name="System">The number that a server is given when it is made; copies of its files keep it.</param>
/// <param name="Timeline">Changes whenever a copy goes its own way.</param>
public readonly record struct ServerIdentity(long System, string Timeline);

/// <summary>Why a server is not used.</summary>
/// <param name="Kind">For programs; nothing where it is only set up wrongly.</param>
/// <param name="Text">For people, with what to do.</param>
public sealed record ServerRefusal(StoreRefusal? Kind, string Text);

/// <summary>An entry that a node saw committed.</summary>
/// <param name="Position">Its place in the order of the store.</param>
/// <param name="Body">
/// SHA-256 of its bytes. A server that lost its end gives the same numbers of transactions again, and with them the
/// same positions to other entries.
/// </param>
internal sealed record SeenEntry(EntryPosition Position, Digest Body)
{
    internal static SeenEntry Of(EntryPosition position, ReadOnlySpan<byte> body) =>
        new(position, new(SHA256.HashData(body)));
}

/// <summary>
/// What this node saw committed, remembered outside the database: the server and the last entry that each writer
/// acknowledged. A writer's commits follow each other, so that everything it acknowledged is there where its last is; a
/// server that lacks one was promoted, or restored, without the end of the history. Kept in memory exactly and on disk
/// each second. Thread-safe.
/// </summary>
internal sealed class Watermark : IDisposable
{
    internal const string FileName = "watermark.json";

    private const int FoundMax = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Lock _disk = new();
    private readonly ITimer _timer;
    private readonly List<SeenEntry?> _written;
    private readonly SeenEntry?[] _found = new SeenEntry?[FoundMax];
    private ServerIdentity? _server;
    private bool _isChanged;
    private bool _isTroubled;

    private Watermark(string path, Kept? kept, TimeProvider time, ILogger log)
    {
        _path = path;
        _log = log;
        _written = [.. (kept?.Written ?? []).Select(SeenEntry? (entry) => entry.Seen)];
        (kept?.Found ?? []).Select(SeenEntry? (entry) => entry.Seen).ToArray().CopyTo(_found);
        _server = kept is null ? null : new(kept.System, kept.Timeline);
        _timer = time.CreateTimer(_ => Keep(), state: null, Interval, Interval);
    }

    /// <summary>What a server must have: the last entry of each writer, and the newest that were found.</summary>
    internal ImmutableArray<SeenEntry> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _written.Concat(_found).OfType<SeenEntry>()];
            }
        }
    }

    /// <exception cref="StoreRefusedException">The file is there and cannot be read.</exception>
    internal static Watermark Open(string directory, TimeProvider time, ILogger log)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var kept = File.Exists(path) ? JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(path)) : null;
            return new(path, kept, time, log);
        }
        catch (JsonException fault)
        {
            throw new StoreRefusedException($"{path} is damaged: {fault.Message}");
        }
    }

    /// <summary>A writer's transaction is committed.</summary>
    /// <param name="writer">The writer's place among the others, from zero.</param>
    /// <param name="last">The last entry of the transaction.</param>
    internal void Acknowledge(int writer, SeenEntry last)
    {
        lock (_gate)
        {
            while (_written.Count <= writer)
            {
                _written.Add(null);
            }

            _written[writer] = last;
            _isChanged = true;
        }
    }

    /// <summary>
    /// An entry was found and is acknowledged by that: the commit that stored it was another node's, or nobody heard
    /// of its end. The newest ones are remembered.
    /// </summary>
    internal void AcknowledgeFound(SeenEntry found)
    {
        lock (_gate)
        {
            var oldest = _found.IndexOf(_found.MinBy(PositionOf));
            if (found.Position.Value > PositionOf(_found[oldest]) && !_found.Contains(found))
            {
                _found[oldest] = found;
                _isChanged = true;
            }
        }
    }

    /// <summary>
    /// Why a server must not be used; nothing where it may. What the judgement rests on is on disk before it is told,
    /// so that a node that is started again comes to the same.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="missing">How many of the entries are not there.</param>
    internal ServerRefusal? ReasonToRefuse(ServerIdentity server, long missing)
    {
        var refusal = Judge(server, missing);
        if (refusal is not null)
        {
            Keep();
        }

        return refusal;
    }

    /// <summary>The server is used from now on.</summary>
    internal void Meet(ServerIdentity server)
    {
        lock (_gate)
        {
            _isChanged |= _server != server;
            _server = server;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Keep();
    }

    private static long PositionOf(SeenEntry? entry) => entry?.Position.Value ?? 0;

    private ServerRefusal? Judge(ServerIdentity server, long missing)
    {
        lock (_gate)
        {
            if (_server is not { } known)
            {
                return null;
            }

            if (known.System != server.System)
            {
                return new(
                    StoreRefusal.AnotherStore,
                    $"The server is another one: expected system {known.System}, found {server.System}. "
                    + $"If that is meant, remove {_path}.");
            }

            return missing == 0
                ? null
                : new(
                    StoreRefusal.TailMissing,
                    $"The server lacks entries that it acknowledged: {missing} of the {Seen.Length} last ones are "
                    + $"not there; timeline expected {known.Timeline}, found {server.Timeline}. It was "
                    + $"promoted or restored without its end. If that is meant, remove {_path}.");
        }
    }

    private void Keep()
    {
        lock (_disk)
        {
            if (Changed() is not { } kept)
            {
                return;
            }

            try
            {
                Write(kept);
                _isTroubled = false;
            }
            // Boundary: what keeps the file from being written is told once and tried again each second.
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                lock (_gate)
                {
                    _isChanged = true;
                }

                if (!_isTroubled)
                {
                    Log.WatermarkNotKept(_log, fault);
                }

                _isTroubled = true;
            }
        }
    }

    private Kept? Changed()
    {
        lock (_gate)
        {
            if (!_isChanged || _server is not { } server)
            {
                return null;
            }

            _isChanged = false;
            return new(server.System, server.Timeline, KeptOf(_written), KeptOf(_found));
        }
    }

    private void Write(Kept kept)
    {
        var written = _path + ".new";
        using (var file = PrivateFiles.Open(written, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, kept);
            PrivateFiles.SyncBytes(file);
        }

        File.Move(written, _path, overwrite: true);
        PrivateFiles.SyncDirectory(Path.GetDirectoryName(_path)!);
    }

    private static ImmutableArray<KeptEntry> KeptOf(IEnumerable<SeenEntry?> entries) =>
        [.. entries.OfType<SeenEntry>().Select(entry => new KeptEntry(entry.Position.Value, entry.Body.ToArray()))];

    private sealed record Kept(
        long System, string Timeline, ImmutableArray<KeptEntry>? Written = null,
        ImmutableArray<KeptEntry>? Found = null);

    private sealed record KeptEntry(long Position, byte[] Body)
    {
        internal SeenEntry Seen => new(new(Position), new(Body));
    }
}
