using System.Collections.Concurrent;
using Exchange.Chaos.Clients;

namespace Exchange.Chaos.Kills;

/// <summary>
/// The oracle: it lives outside the node, writes down each request before it is sent and each acknowledgement after it
/// came, and later holds the node to them.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly StreamWriter _file;
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<Acknowledgement> _acknowledged = new();
    private long _sent;
    private long _refused;

    public Journal(string path) => _file = new(path) { AutoFlush = true };

    public IReadOnlyCollection<Acknowledgement> Acknowledged => _acknowledged;

    public long Sent => Interlocked.Read(ref _sent);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Written before a request is sent, also before each further try.</summary>
    public void Sending(Guid key, string path)
    {
        _ = Interlocked.Increment(ref _sent);
        Write($"> {key:D} {path}");
    }

    /// <summary>Written after an answer that settles the command: an acknowledgement or a refusal.</summary>
    public void Answered(Guid key, Answer answer)
    {
        if (!answer.IsSuccess)
        {
            _ = Interlocked.Increment(ref _refused);
            Write($"- {key:D} {answer.Status} {answer.Code}");
            return;
        }

        Write($"< {key:D} {answer.Receipt.ToJsonString()}");
        _acknowledged.Enqueue(Acknowledgement.Of(key, answer.Receipt));
    }

    public void Dispose() => _file.Dispose();

    private void Write(string line)
    {
        lock (_lock)
        {
            _file.WriteLine(line);
        }
    }
}
