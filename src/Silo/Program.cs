using System.CommandLine;
using Exchange.Silo.Commands;
using Exchange.Silo.Demo;
using Exchange.Silo.Node;

var serve = ServeCommand.Create();
var root = new RootCommand(
    "A data exchange: departments publish, households consent, buyers license, regulators verify.")
{
    serve,
    DemoCommand.Create(),
    TokenCommand.Create(),
    CheckCommand.Create(),
    TransferCommands.CreateExport(),
    TransferCommands.CreateImport(),
};

// Without a command the program is the node itself.
string[] arguments = args is [] or [['-', ..], ..] && args is not ["--help" or "-h" or "-?" or "--version", ..]
    ? ["serve", .. args]
    : args;
try
{
    // Signals are ours: the parser hears them only after a command has run up to its first wait. And a command that
    // does not wait for long must not keep this thread from ending the program.
    using var signals = new StopSignals();
    return await signals.StopInTimeAsync(Task.Run(() => root.Parse(arguments).InvokeAsync(
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Told)));
}
catch (Exception problem) when (problem is NodeStartException or DemoException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped before the end.");
    return 1;
}
