using System.Globalization;

namespace Exchange.Silo.Demo;

/// <summary>The regulator replays moments, audits, and takes the evidence away.</summary>
internal sealed class DemoRegulator(DemoApi api, DemoParties parties, DemoSteps steps, string caseNumber)
{
    /// <summary>How many households had a live consent for the buyer at a moment.</summary>
    internal async Task<int> CountConsentsAsync(string name, DateTimeOffset moment)
    {
        var at = moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var consents = await api.ListAsync(
            parties.Regulator, $"/v1/datasets/{DemoParties.Registry}/consents?at={at}&limit=1000", caseNumber);
        var live = consents.Count(consent =>
            consent.GetProperty("live").GetBoolean()
            && consent.GetProperty("recipient").GetString() == $"buyer/{DemoParties.Buyer}");
        await steps.SayAsync($"the regulator replayed the moment {name}: {live} households had consented");
        return live;
    }

    /// <summary>Audits all deliveries; answers the violations found.</summary>
    internal async Task<long> AuditAsync()
    {
        var (_, status) = await MakeAsync("audit", "/v1/audits");
        var violations = status.GetProperty("violations").GetInt64();
        await steps.SayAsync($"the regulator audited all deliveries: {violations} violations");
        return violations;
    }

    /// <summary>Exports all chains with their manifests to a file.</summary>
    internal async Task ExportAsync(string path)
    {
        var (id, _) = await MakeAsync("export", "/v1/exports");
        using var answer = await api.OpenAsync(parties.Regulator, $"/v1/exports/{id}/content", caseNumber);
        await using var content = await answer.Content.ReadAsStreamAsync();
        await using var file = File.Create(path);
        await content.CopyToAsync(file);
        await steps.SayAsync($"the regulator exported {file.Length / 1024} KiB of evidence");
    }

    private async Task<(string Id, System.Text.Json.JsonElement Status)> MakeAsync(string what, string path)
    {
        var started = await api.PostAsync(parties.Regulator, what, path, caseNumber: caseNumber);
        var id = started.GetProperty("id").GetString()!;
        while (true)
        {
            var status = await api.GetAsync(parties.Regulator, $"{path}/{id}", caseNumber);
            switch (status.GetProperty("status").GetString())
            {
                case "ready":
                    return (id, status);
                case "failed":
                    throw new DemoException($"The {what} failed: {status}");
                default:
                    await steps.ProgressAsync($"{what}: chains done", status.GetProperty("done").GetInt64());
                    await Task.Delay(TimeSpan.FromMilliseconds(100));
                    break;
            }
        }
    }
}
