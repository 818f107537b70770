using System.Globalization;

namespace Exchange.Benchmarks.Harness;

/// <summary>Processor time of a server: of its first process, of its children and of those that have ended.</summary>
internal static class ServerMeter
{
    private const double TicksPerSecond = 100;

    // Fields of /proc/<id>/stat behind the name in brackets, counted from 0: see proc(5).
    private const int Parent = 1;
    private const int UserTicks = 11;
    private const int SystemTicks = 12;
    private const int EndedUserTicks = 13;
    private const int EndedSystemTicks = 14;

    internal static TimeSpan Of(int process)
    {
        var own = Fields(process);
        var ticks = Sum(own, UserTicks, SystemTicks, EndedUserTicks, EndedSystemTicks);
        foreach (var path in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id)
                && Fields(id) is { Length: > EndedSystemTicks } child
                && child[Parent] == process.ToString(CultureInfo.InvariantCulture))
            {
                ticks += Sum(child, UserTicks, SystemTicks);
            }
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>Of the programs that this process started and that have ended.</summary>
    internal static TimeSpan OfEndedChildren() => TimeSpan.FromSeconds(
        Sum(Fields(Environment.ProcessId), EndedUserTicks, EndedSystemTicks) / TicksPerSecond);

    private static long Sum(string[] fields, params ReadOnlySpan<int> places)
    {
        var sum = 0L;
        foreach (var place in places)
        {
            sum += long.Parse(fields[place], CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private static string[] Fields(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            // It ended meanwhile; what it used is the parent's now.
            return [];
        }
    }
}
