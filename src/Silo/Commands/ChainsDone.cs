namespace Exchange.Silo.Commands;

/// <summary>Says on standard error how many chains are done, at most once a second.</summary>
internal sealed class ChainsDone : IProgress<long>
{
    private readonly System.Diagnostics.Stopwatch _sinceLast = System.Diagnostics.Stopwatch.StartNew();

    public void Report(long value)
    {
        if (_sinceLast.ElapsedMilliseconds >= 1000)
        {
            _sinceLast.Restart();
            Console.Error.WriteLine($"{value} chains done");
        }
    }
}
