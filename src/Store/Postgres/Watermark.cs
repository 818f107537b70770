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

/// <summary>
/// What this node saw committed, remembered outside the database: the server and the last position that each writer
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
    private readonly List<long> _positions;
    private readonly long[] _found = new long[FoundMax];
    private ServerIdentity? _server;
    private bool _isChanged;
    private bool _isTroubled;

    private Watermark(string path, Kept? kept, TimeProvider time, ILogger log)
    {
        _path = path;
        _log = log;
        _positions = [.. kept?.Positions ?? []];
        kept?.Found?.CopyTo(_found);
        _server = kept is null ? null : new(kept.System, kept.Timeline);
        _timer = time.CreateTimer(_ => Keep(), state: null, Interval, Interval);
    }

    /// <summary>The last position of each writer.</summary>
    internal long[] Positions
    {
        get
        {
            lock (_gate)
            {
                return [.. _positions.Concat(_found).Where(position => position > 0)];
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
    /// <param name="position">Its last position.</param>
    internal void Acknowledge(int writer, EntryPosition position)
    {
        lock (_gate)
        {
            while (_positions.Count <= writer)
            {
                _positions.Add(0);
            }

            _positions[writer] = position.Value;
            _isChanged = true;
        }
    }

    /// <summary>
    /// An entry was found and is acknowledged by that: the commit that stored it was another node's, or nobody heard
    /// of its end. The newest ones are remembered.
    /// </summary>
    internal void AcknowledgeFound(EntryPosition position)
    {
        lock (_gate)
        {
            var oldest = _found.IndexOf(_found.Min());
            if (position.Value > _found[oldest] && !_found.Contains(position.Value))
            {
                _found[oldest] = position.Value;
                _isChanged = true;
            }
        }
    }

    /// <summary>Why a server must not be used; nothing where it may.</summary>
    /// <param name="server">The server.</param>
    /// <param name="missing">How many of the positions are not there.</param>
    internal ServerRefusal? ReasonToRefuse(ServerIdentity server, long missing)
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
                    $"The server lacks entries that it acknowledged: {missing} of the {Positions.Length} last "
                    + $"positions are not there; timeline expected {known.Timeline}, found {server.Timeline}. It was "
                    + $"promoted or restored without its end. If that is meant, remove {_path}.");
        }
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
            return new(server.System, server.Timeline, [.. _positions], [.. _found.Where(position => position > 0)]);
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

    private sealed record Kept(
        long System, string Timeline, ImmutableArray<long> Positions, ImmutableArray<long>? Found = null);
}
