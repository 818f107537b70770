namespace Exchange.Chaos.Clients;

/// <summary>Counts what a node answered its callers, and how long they waited. Thread-safe.</summary>
public sealed class Tally
{
    // Enough to see what went wrong.
    private const int WrongsMax = 20;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _statuses = new(StringComparer.Ordinal);
    private readonly List<string> _wrongs = [];
    private TimeSpan _longest;
    private string _slowest = "";
    private readonly List<string> _unanswered = [];

    /// <summary>How often each status came; those that say that a node could not, with their code.</summary>
    public IReadOnlyDictionary<string, long> Statuses
    {
        get
        {
            lock (_lock)
            {
                return new SortedDictionary<string, long>(_statuses, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>The first answers that nobody should ever get: those from 500 on that are not 503.</summary>
    public IReadOnlyList<string> Wrongs
    {
        get
        {
            lock (_lock)
            {
                return [.. _wrongs];
            }
        }
    }

    /// <summary>How long the slowest answer took, and to what.</summary>
    public (TimeSpan Elapsed, string Request) Longest
    {
        get
        {
            lock (_lock)
            {
                return (_longest, _slowest);
            }
        }
    }

    /// <summary>Requests that were not answered as long as their caller waited.</summary>
    public IReadOnlyList<string> Unanswered
    {
        get
        {
            lock (_lock)
            {
                return [.. _unanswered];
            }
        }
    }

    internal void Answered(Answer answer, TimeSpan elapsed, string request)
    {
        lock (_lock)
        {
            Count(answer.Status, answer.Code, $"{request}: {answer.Status} {answer.Text}");
            if (elapsed > _longest)
            {
                (_longest, _slowest) = (elapsed, $"{request}: {answer.Status} {answer.Code}".TrimEnd());
            }
        }
    }

    /// <summary>An answer that is read as a stream.</summary>
    internal void Opened(int status)
    {
        lock (_lock)
        {
            Count(status, code: null, $"a stream: {status}");
        }
    }

    internal void Hung(string request)
    {
        lock (_lock)
        {
            _unanswered.Add(request);
        }
    }

    private void Count(int status, string? code, string wrong)
    {
        var name = status >= 500 && code is not null ? $"{status} {code}" : $"{status}";
        _statuses[name] = _statuses.GetValueOrDefault(name) + 1;
        if (status >= 500 && status != 503 && _wrongs.Count < WrongsMax)
        {
            _wrongs.Add(wrong);
        }
    }
}
