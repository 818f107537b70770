using System.Text.Json.Nodes;
using Exchange.Chaos.Clients;
using Exchange.Chaos.Kills;
using Exchange.Chaos.Nodes;
using Xunit.Abstractions;

namespace Exchange.Chaos.Syncs;

public sealed class SyncTraceTests(ITestOutputHelper output)
{
    private const int HouseholdCount = 2;
    private const int AnswersMin = 20;

    // Whole pages of the database and whole heads of requests.
    private const string StringSizeBytes = "4200";

    [TracedFact]
    public async Task Every_answer_is_sent_after_what_it_says_was_synced()
    {
        var directory = Directory.CreateTempSubdirectory("exchange-syncs-").FullName;
        try
        {
            var file = Path.Combine(directory, "trace");
            var commands = await TraceAsync(Path.Combine(directory, "data"), file);
            var calls = Trace.Read(file);
            var answers = Exchanged.Of(calls).ToArray();

            Assert.All(answers, answer => Assert.True(answer.IsSuccess, $"{answer.Request}: {answer.Sent.Arguments}"));
            Assert.True(answers.Length >= AnswersMin, $"Expected {AnswersMin} answers, found {answers.Length}.");
            Assert.All(answers, answer => ReceiptsAreSynced(calls, answer));
            Assert.All(commands, command => EntryIsSynced(calls, answers, command));
            var upload = Assert.Single(
                answers, answer => answer.Request.EndsWith("/content", StringComparison.Ordinal));
            ContentIsSynced(calls, upload, World.Key("put first"));
            output.WriteLine($"{answers.Length} answers, each after its sync; {calls.Count} calls traced");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // Every kind of write that a party makes, one after the other; answers the keys of those with an entry of their
    // own.
    private static async Task<IReadOnlyList<Guid>> TraceAsync(string data, string file)
    {
        await using var node = await NodeProcess.StartAsync(data, Ports.Free(), wrapper: Tracing.Wrapper(
            file, "-s", StringSizeBytes, "-e",
            "trace=fsync,fdatasync,pwrite64,recvmsg,recvfrom,sendmsg,sendto,rename,renameat,renameat2"));
        using var client = new ExchangeClient(node.Address);
        var world = await World.BuildAsync(client, data, HouseholdCount);
        foreach (var household in world.Households)
        {
            _ = (await client.PostAsync(
                household.Token, $"/v1/households/{household.Id}/consents", World.Key($"consent {household.Number}"),
                world.Consent())).Expect();
        }

        var agreement = (await client.PostAsync(
            world.By.Buyer, "/v1/agreements", World.Key("agree"), world.Agreement())).Expect();
        var id = agreement.Data["id"]!.GetValue<string>();
        _ = (await client.PostAsync(world.By.Buyer, $"/v1/agreements/{id}/deliveries", World.Key("deliver"))).Expect();
        _ = (await client.PostAsync(
            world.By.FirstOfficer, $"/v1/households/{world.Households[0].Id}/consents", World.Key("paper"),
            world.Consent(world.Households[0].Member))).Expect();
        _ = (await client.PostAsync(
            world.Households[1].Token, $"/v1/households/{world.Households[1].Id}/withdraw", World.Key("withdraw"),
            new JsonObject { ["scope"] = "everything" })).Expect();
        _ = (await client.PostAsync(world.By.Department, "/v1/households", World.Key("newcomer"), Load.Household(1)))
            .Expect();
        _ = (await client.PostAsync(world.By.Operator, "/v1/buyers", World.Key("rival"), Load.Buyer("rival"))).Expect();
        await node.KillAsync();
        return
        [
            .. new[]
            {
                "department", "officer first", "buyer", "approve", "notice", "dataset", "declare first", "put first",
                "offer", "consent 0", "consent 1", "agree", "deliver", "paper", "newcomer", "rival",
            }.Select(World.Key),
        ];
    }

    // Each entry that the answer names was written to the log and synced. The log's last write before an answer need
    // not be the answer's: a process that the command woke may write already.
    private static void ReceiptsAreSynced(IReadOnlyList<SystemCall> calls, Exchanged answer)
    {
        Assert.True(answer.Receipts.Count > 0, $"{answer.Request}: found no receipt in {answer.Text}");
        foreach (var hash in answer.Receipts)
        {
            var written = calls.FirstOrDefault(call => IsLogWrite(call) && call.Carries(hash))
                ?? throw new InvalidOperationException(
                    $"{answer.Request}: entry {Convert.ToHexStringLower(hash)} was not written.");
            Assert.True(
                answer.Encloses(written),
                $"{answer.Request}: expected a write of {Convert.ToHexStringLower(hash)} between lines "
                    + $"{answer.Read.Ended} and {answer.Sent.Begun}, found {written.Ended}.");
            Assert.True(
                calls.Any(call => IsSync(call, IsLog) && call.Begun > written.Ended && answer.Encloses(call)),
                $"{answer.Request}: expected a sync of the log after line {written.Ended} and before line "
                    + $"{answer.Sent.Begun}, found none.");
        }
    }

    // The page with the command's own entry was written between request and answer, and synced.
    private static void EntryIsSynced(IReadOnlyList<SystemCall> calls, Exchanged[] answers, Guid key)
    {
        var written = EntryWrite(calls, key);
        var answer = Assert.Single(answers, answer => answer.Encloses(written));
        Assert.Contains(calls, call => IsSync(call, IsLog) && call.Begun > written.Ended && answer.Encloses(call));
    }

    // The file's bytes, then its name, then the directory that has the name; only then the entry that speaks of it.
    private static void ContentIsSynced(IReadOnlyList<SystemCall> calls, Exchanged upload, Guid key)
    {
        var entry = EntryWrite(calls, key);
        var during = calls.Where(upload.Encloses).ToArray();
        var renamed = Assert.Single(
            during, call => call.Name.StartsWith("rename", StringComparison.Ordinal) && call.Succeeded);
        var names = renamed.Arguments.Split('"');
        Assert.True(names.Length >= 4, renamed.Arguments);
        var (draft, content) = (names[1], names[^2]);

        Assert.Contains(during, call => IsSync(call, target => target == draft) && call.Ended < renamed.Begun);
        Assert.Contains(
            during, call => IsSync(call, target => target == Path.GetDirectoryName(content))
                && call.Begun > renamed.Ended && call.Ended < entry.Begun);
    }

    private static SystemCall EntryWrite(IReadOnlyList<SystemCall> calls, Guid key)
    {
        var bytes = key.ToByteArray(bigEndian: true);
        return calls.FirstOrDefault(call => IsLogWrite(call) && call.Carries(bytes))
            ?? throw new InvalidOperationException($"No page with command {key} was written.");
    }

    private static bool IsLog(string path) => path.EndsWith("/exchange.db-wal", StringComparison.Ordinal);

    private static bool IsLogWrite(SystemCall call) => call.Name == "pwrite64" && call.Succeeded && IsLog(call.Target);

    private static bool IsSync(SystemCall call, Predicate<string> isTarget) =>
        call.Name is "fsync" or "fdatasync" && call.Succeeded && isTarget(call.Target);
}
