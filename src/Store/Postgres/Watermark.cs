using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Exchange.Store.Postgres;

/// <summary>
/// What this node saw committed, remembered outside the database: the server and the last entry that each writer
/// acknowledged. A writer's commits follow each other, so that everything it acknowledged is there where its last is; a
/// server that lacks one was promoted, or restored, without the end of the history. Kept in memory exactly and on disk
/// each second. What was found rather than written (an entry of another node, a key) counts until a later commit
/// vouches for it. Thread-safe.
/// </summary>
internal sealed class Watermark : IDisposable
{
    internal const string FileName = "watermark.json";

    private const int FoundMax = 1024;

    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Lock _disk = new();
    private readonly ITimer _timer;
    private readonly List<Written> _written;
    private readonly FoundSince<SeenEntry> _entries = new(FoundMax);
    private readonly FoundSince<SeenSecret> _secrets = new(FoundMax);
    private long _moment;
    private ServerIdentity? _server;
    private bool _isChanged;
    private bool _isTroubled;

    private Watermark(string path, Kept? kept, TimeProvider time, ILogger log)
    {
        _path = path;
        _log = log;
        _written = [.. (kept?.Written ?? []).Select(entry => new Written(entry.Seen, AcknowledgedAt: 0))];
        foreach (var entry in kept?.Found ?? [])
        {
            _ = _entries.Add(entry.Seen, ++_moment);
        }

        foreach (var secret in kept?.Secrets ?? [])
        {
            _ = _secrets.Add(secret.Seen, ++_moment);
        }

        _server = kept is null ? null : new(kept.System, kept.Timeline);
        _timer = time.CreateTimer(_ => Keep(), state: null, Interval, Interval);
    }

    /// <summary>The server that is used; nothing before the first session.</summary>
    internal ServerIdentity? Server
    {
        get
        {
            lock (_gate)
            {
                return _server;
            }
        }
    }

    /// <summary>What a server must have: the last entry of each writer, and what was found since.</summary>
    internal (ImmutableArray<SeenEntry> Entries, ImmutableArray<SeenSecret> Secrets) Seen
    {
        get
        {
            lock (_gate)
            {
                return ([.. _written.Select(written => written.Last).OfType<SeenEntry>(), .. _entries.All],
                    [.. _secrets.All]);
            }
        }
    }

    /// <exception cref="StoreRefusedException">The file is there and cannot be read.</exception>
    internal static Watermark Open(string directory, TimeProvider time, ILogger log)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var kept = File.Exists(path) ? JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(path), Strict) : null;
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
                _written.Add(new(Last: null, AcknowledgedAt: 0));
            }

            // A writer's transaction begins after its last was acknowledged, and so after what was found until then.
            var began = _written[writer].AcknowledgedAt;
            _entries.Forget(before: began);
            _secrets.Forget(before: began);
            _written[writer] = new(last, ++_moment);
            _isChanged = true;
        }
    }

    /// <summary>
    /// An entry was found and is acknowledged by that: the commit that stored it was another node's, or nobody heard
    /// of its end.
    /// </summary>
    internal void AcknowledgeFound(SeenEntry found)
    {
        lock (_gate)
        {
            _isChanged |= _entries.Add(found, ++_moment);
        }
    }

    /// <summary>A key is handed out.</summary>
    internal void AcknowledgeFound(SeenSecret found)
    {
        lock (_gate)
        {
            _isChanged |= _secrets.Add(found, ++_moment);
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
                    $"The server lacks entries that it acknowledged: {missing} of the last entries and "
                    + $"keys are not there; timeline expected {known.Timeline}, found {server.Timeline}. It was "
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
            return new(
                server.System, server.Timeline, KeptOf(_written.Select(written => written.Last).OfType<SeenEntry>()),
                KeptOf(_entries.All),
                [.. _secrets.All.Select(secret => new KeptSecret(secret.Name, secret.Wrapped.ToArray()))]);
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

    private static ImmutableArray<KeptEntry> KeptOf(IEnumerable<SeenEntry> entries) =>
        [.. entries.Select(entry => new KeptEntry(entry.Position.Value, entry.Body.ToArray()))];

    /// <param name="Last">Nothing while the writer has stored nothing.</param>
    /// <param name="AcknowledgedAt">The moment of its last acknowledgement; zero before the first of this run.</param>
    private readonly record struct Written(SeenEntry? Last, long AcknowledgedAt);

    private sealed record Kept(
        long System, string Timeline, ImmutableArray<KeptEntry>? Written = null,
        ImmutableArray<KeptEntry>? Found = null, ImmutableArray<KeptSecret>? Secrets = null);

    private sealed record KeptEntry(long Position, byte[] Body)
    {
        internal SeenEntry Seen => new(new(Position), new(Body));
    }

    private sealed record KeptSecret(string Name, byte[] Wrapped)
    {
        internal SeenSecret Seen => new(Name, new(Wrapped));
    }
}
