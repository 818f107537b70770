namespace Exchange.Engine.Delivery;

/// <summary>Holds a stream to so many rows a second. Not thread-safe.</summary>
internal sealed class Pace(int? rowsPerSecondMax, TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private long _rows;

    /// <summary>Waits until the rows handed over so far may have taken this long.</summary>
    internal async ValueTask WaitAsync(int rows, CancellationToken cancellationToken)
    {
        if (rowsPerSecondMax is not { } limit)
        {
            return;
        }

        _rows += rows;
        var due = TimeSpan.FromMilliseconds(_rows * 1000 / limit);
        var left = due - time.GetElapsedTime(_begun);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
