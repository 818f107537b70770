using System.Diagnostics;
using Exchange.Chaos.Nodes;

namespace Exchange.Chaos.Clients;

/// <summary>Takes the evidence away as a regulator does, and has the separate program judge it.</summary>
public static class Evidence
{
    // For what never ends; a long run leaves hundreds of thousands of entries.
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(30);

    /// <summary>Exports all chains to a file.</summary>
    public static async Task ExportAsync(ExchangeClient client, string token, string path)
    {
        var id = await MakeAsync(client, token, "/v1/exports");
        using var answer = await client.OpenAsync(token, $"/v1/exports/{id}/content", World.CaseNumber);
        _ = answer.EnsureSuccessStatusCode();
        await using var file = File.Create(path);
        await answer.Content.CopyToAsync(file);
    }

    /// <summary>Audits all deliveries; answers how many violations were found.</summary>
    public static async Task<long> AuditAsync(ExchangeClient client, string token)
    {
        var id = await MakeAsync(client, token, "/v1/audits");
        var status = await client.GetAsync(token, $"/v1/audits/{id}", World.CaseNumber);
        return status.Expect().Json!["violations"]!.GetValue<long>();
    }

    /// <summary>Runs <c>exchange-verify</c>; answers its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Output)> VerifyAsync(string path, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[Programs.Verifier, "chains", path, .. options])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    private static async Task<string> MakeAsync(ExchangeClient client, string token, string path)
    {
        var started = (await client.PostAsync(token, path, Guid.NewGuid(), body: null, World.CaseNumber)).Expect();
        var id = started.Json!["id"]!.GetValue<string>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var waited = Stopwatch.StartNew();
        while (await timer.WaitForNextTickAsync())
        {
            var status = (await client.GetAsync(token, $"{path}/{id}", World.CaseNumber)).Expect();
            switch (status.Json!["status"]!.GetValue<string>())
            {
                case "ready":
                    return id;
                case "failed":
                    throw new InvalidOperationException($"{path} failed: {status.Text}");
                default:
                    Assert.True(waited.Elapsed < WaitMax, $"{path} took longer than {WaitMax}: {status.Text}");
                    break;
            }
        }

        throw new InvalidOperationException("The timer ended.");
    }
}
