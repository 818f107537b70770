using System.Runtime.InteropServices;
using Exchange.Silo.Node;

namespace Exchange.Silo.Commands;

/// <summary>
/// The signals that ask the program to stop. Heard from before any command begins, so that whoever reads that a node
/// listens can stop it in the same instant. Asking again changes nothing: the stop has its time.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // The code by which a shell tells that a signal ended a program is this and the signal's number.
    private const int EndedBySignal = 128;

    private readonly CancellationTokenSource _told = new();
    private readonly TaskCompletionSource<int> _overdue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    internal StopSignals() =>
        _registrations = [Hear(PosixSignal.SIGTERM, number: 15), Hear(PosixSignal.SIGINT, number: 2)];

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Told => _told.Token;

    /// <summary>Answers a command's exit code, or the signal's where the stop takes longer than it may.</summary>
    internal async Task<int> StopInTimeAsync(Task<int> command) =>
        await await Task.WhenAny(command, _overdue.Task);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _told.Dispose();
    }

    private PosixSignalRegistration Hear(PosixSignal signal, int number) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            _ = StopAsync(EndedBySignal + number);
        });

    private async Task StopAsync(int code)
    {
        await _told.CancelAsync();
        await Task.Delay(ExchangeNode.StopTimeMax);
        _ = _overdue.TrySetResult(code);
    }
}
