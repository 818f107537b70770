using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Exchange.Benchmarks.Harness;
using Exchange.Ledger;
using Exchange.Verify;
using Exchange.Verify.Tests;

namespace Exchange.Benchmarks;

/// <summary>
/// Entries per second, on one core, of the offline verifier: hashes and canonical form of the chains; those of the
/// whole
/// file; deciding again; everything with an audit. Beside them bare SHA-256 over the same entries.
/// </summary>
internal static class VerifyCommand
{
    // Registered, linked, consented: what a household's chains hold on average in the story.
    private const int EntriesPerHousehold = 3;

    internal static Command Create()
    {
        var entries = new Option<int>("--entries") { DefaultValueFactory = _ => 200_000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var command = new Command("verify", "Entries per second of the offline verifier, beside bare SHA-256.")
        {
            entries, rounds,
        };
        command.SetAction(parsed => Run(parsed.GetValue(entries), parsed.GetValue(rounds)));
        return command;
    }

    private static void Run(int entries, int rounds)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "evidence.chain");
        var (count, households) = Tell(entries / EntriesPerHousehold, path);
        var sizeBytes = new FileInfo(path).Length;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        var file = ((ChainFileOpening.Opened)ChainFileReader.Open(stream)).Reader;
        var bytes = file.ReadEntries().Sum(each => (long)each.Bytes.Length);
        Contender[] contenders =
        [
            new("sha256OfEachEntry", () => HashEach(file)),
            new("sha256OfTheFile", () => HashWhole(stream, count)),
            new("hashesAndForm", () => HashesAndForm(file, count)),
            new("wholeFile", () => WholeFile(file, count)),
            new("decidedAgain", () => Decided(file, count)),
            new("everythingWithAudit", () => Whole(path, count)),
        ];
        var rates = Rounds.Alternate(rounds, contenders);
        var result = new JsonObject
        {
            ["entries"] = count,
            ["households"] = households,
            ["bytesPerEntry"] = Math.Round(bytes / (double)count, 1),
            ["fileBytes"] = sizeBytes,
            ["rounds"] = rounds,
            ["unit"] = "entries per second on one core",
        };
        foreach (var each in contenders)
        {
            result[each.Name] = ResultLine.Of(rates[each.Name]);
        }

        result["hashesAndFormToSha256"] = Ratio(rates["hashesAndForm"], rates["sha256OfEachEntry"]);
        result["wholeFileToSha256"] = Ratio(rates["wholeFile"], rates["sha256OfEachEntry"]);
        result["decidedAgainToSha256"] = Ratio(rates["decidedAgain"], rates["sha256OfEachEntry"]);
        result["goal"] = 0.5;
        ResultLine.Write("verify", result);
    }

    private static (long Entries, int Households) Tell(int households, string path)
    {
        var story = ReliefStory.Tell(households).Story;
        using var target = new FileStream(path, FileMode.CreateNew);
        story.Write(target);
        return (story.EntryCount, households);
    }

    private static long HashEach(ChainFileReader file)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var count = 0L;
        foreach (var each in file.ReadEntries())
        {
            _ = SHA256.HashData(each.Bytes.Span, hash);
            count++;
        }

        return count;
    }

    private static long HashWhole(Stream stream, long count)
    {
        stream.Position = 0;
        _ = SHA256.HashData(stream);
        return count;
    }

    // Every chain from its genesis value to its stated head.
    private static long HashesAndForm(ChainFileReader file, long count)
    {
        ChainVerifier? verifier = null;
        foreach (var each in file.ReadEntries())
        {
            if (each.Index == EntryIndex.BeforeFirst.Next)
            {
                verifier = new(file.Exchange, each.Stated.Chain);
            }

            if (verifier!.Check(each.Bytes.Span) is not ChainCheck.Good
                || (each.Index == each.Stated.Head.Index && !verifier.CheckHead(each.Stated.Head)))
            {
                throw new InvalidDataException("The benchmark's own file is damaged.");
            }
        }

        return count;
    }

    // The same, and every other byte of the file with the digest over all of it.
    private static long WholeFile(ChainFileReader file, long count) => file.FindDamage().Any()
        ? throw new InvalidDataException("The benchmark's own file is damaged.")
        : count;

    private static long Decided(ChainFileReader file, long count)
    {
        using var content = new NamedContent();
        using var rules = new RulesCheck(file, content, new Progress(TextWriter.Null, TimeProvider.System));
        return rules.Find().FirstOrDefault() is { } finding
            ? throw new InvalidDataException($"The benchmark's own file is unlawful: {finding}")
            : count;
    }

    private static long Whole(string path, long count)
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System);
        var code = CommandLine.Run(["chains", path, "--audit"], terminal);
        return code == ExitCode.Accepted ? count : throw new InvalidDataException($"The verifier ended with {code}.");
    }

    private static double Ratio(Sample of, Sample to) => Math.Round(of.Median / to.Median, 3);
}
