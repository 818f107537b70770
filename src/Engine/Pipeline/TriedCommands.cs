using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

/// <summary>
/// Which commands came lately, so that a retry is looked up before it is decided. Only a hint: it may take one for
/// another and forgets what came long ago; both cost time and nothing else. Thread-safe.
/// </summary>
public sealed class TriedCommands
{
    private const int SlotsCount = 64 * 1024;

    private readonly int[] _slots = new int[SlotsCount];

    /// <summary>Notes a command; whether it seems to have come before.</summary>
    public bool Add(CommandKey key)
    {
        // Zero stands for an empty slot.
        var hash = key.GetHashCode() | 1;
        ref var slot = ref _slots[(hash >>> 1) % SlotsCount];
        if (Volatile.Read(ref slot) == hash)
        {
            return true;
        }

        Volatile.Write(ref slot, hash);
        return false;
    }
}
