using System.Globalization;

namespace Exchange.Verify;

/// <summary>Says on the error stream how far long work is: nothing in the first second, then once a second.</summary>
internal sealed class Progress(TextWriter error, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private string _work = "";
    private long _total;
    private long _last = clock.GetTimestamp();

    /// <summary>Begins the next piece of work; total is in what is counted, such as entries.</summary>
    internal void Begin(string work, long total) => (_work, _total) = (work, total);

    internal void Report(long done)
    {
        if (clock.GetElapsedTime(_last) < Pause)
        {
            return;
        }

        _last = clock.GetTimestamp();
        error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_work}: {done:N0} of {_total:N0} entries"));
    }
}
