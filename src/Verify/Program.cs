namespace Exchange.Verify;

/// <summary>The program <c>exchange-verify</c>.</summary>
public static class Program
{
    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        try
        {
            return (int)CommandLine.Run(arguments, new(Console.Out, Console.Error, TimeProvider.System));
        }
        catch (Exception failure)
        {
            // Whatever a file made go wrong here, it was not accepted.
            Console.Error.WriteLine($"exchange-verify could not finish: {failure}");
            return (int)ExitCode.NotJudged;
        }
    }
}
