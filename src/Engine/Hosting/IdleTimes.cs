using System.Diagnostics;

namespace Exchange.Engine.Hosting;

/// <summary>How long a grain that nobody asks stays in memory, whatever hosts it.</summary>
public static class IdleTimes
{
    /// <summary>
    /// By kind: what all commands cite stays, what a household or a number is asked once leaves soon.
    /// </summary>
    public static TimeSpan Of(GrainKind kind) => kind switch
    {
        GrainKind.Exchange or GrainKind.Department or GrainKind.Notice or GrainKind.Dataset => TimeSpan.FromHours(2),
        GrainKind.Buyer or GrainKind.Agreement => TimeSpan.FromMinutes(30),
        GrainKind.Household => TimeSpan.FromMinutes(10),
        GrainKind.Identifier or GrainKind.Access => TimeSpan.FromMinutes(5),
        _ => throw new UnreachableException(kind.ToString()),
    };
}
