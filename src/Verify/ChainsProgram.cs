using System.Globalization;
using Exchange.Grains.Agreements.Manifests;
using Exchange.Grains.Replay;
using Exchange.Ledger;

namespace Exchange.Verify;

/// <summary>Judges one chain file: consistent, lawful by the rules, lawful deliveries, matching receipts.</summary>
internal static class ChainsProgram
{
    /// <summary>Judges and reports. Nothing is printed to the output when the file cannot be judged.</summary>
    internal static ExitCode Run(ChainsRequest request, Terminal terminal)
    {
        try
        {
            var receipts = request.Receipts.Select(KeptReceipt.Read).ToList();
            using var stream = EvidenceFile.Open(request.File);
            var verdict = Judge(request, stream, receipts, new Progress(terminal.Error, terminal.Clock));
            Summary.Write(verdict, request.Json, terminal.Output);
            return verdict.ExitCode;
        }
        catch (NotEvidenceException failure)
        {
            terminal.Error.WriteLine($"not judged: {failure.Message}");
        }
        // Boundary: the file is somebody else's; what cannot be read to its end was not judged.
        catch (Exception failure) when (failure is IOException or InvalidDataException or CanonicalFormatException)
        {
            // What was sound a moment ago is no longer: the file changes, or its device fails.
            terminal.Error.WriteLine($"not judged: {request.File} cannot be read to its end: {failure.Message}");
        }

        return ExitCode.NotJudged;
    }

    private static Verdict Judge(
        ChainsRequest request, Stream stream, List<KeptReceipt> receipts, Progress progress)
    {
        var verdict = new Verdict();
        var file = Open(request.File, stream, verdict, progress);
        if (file is not null)
        {
            JudgeRules(file, request, verdict, progress);
        }
        else
        {
            const string Why = "not looked at, because the file is damaged";
            verdict.Say("lawfulByTheRules", Judgement.Open, $"lawful by the rules: {Why}");
            verdict.Say("lawfulDeliveries", Judgement.Open, $"lawful deliveries: {Why}");
        }

        JudgeReceipts(file, receipts, verdict);
        verdict.Say(
            "anchored", Judgement.Open,
            "not anchored: until there are signed checkpoints, an operator could rewrite a whole file");
        if (file is not null && request.Replay is { } replay && verdict.ExitCode == ExitCode.Accepted)
        {
            verdict.Replay = GrainReplay.Fold(file, replay);
        }

        return verdict;
    }

    // Gives the file only where every byte of it was found sound.
    private static ChainFileReader? Open(string path, Stream stream, Verdict verdict, Progress progress)
    {
        var opening = ChainFileReader.Open(stream);
        switch (opening)
        {
            case ChainFileOpening.NotAChainFile:
                throw new NotEvidenceException($"{path} is not a chain file: it does not begin like one.");
            case ChainFileOpening.UnknownFormat unknown:
                throw new NotEvidenceException(
                    $"{path} has format {unknown.Found.Value}, expected {unknown.Expected.Value}.");
            default:
                break;
        }

        var file = (opening as ChainFileOpening.Opened)?.Reader ?? (opening as ChainFileOpening.Truncated)?.Readable;
        if (file is not null)
        {
            Describe(file, verdict);
            progress.Begin("checking hashes and order", verdict.Entries);
            _ = verdict.Add(file.FindDamage(HasRoot, done => progress.Report(done.Value)).Select(Finding.Of));
        }

        if (opening is ChainFileOpening.Damaged damaged)
        {
            _ = verdict.Add([Finding.Of(damaged.Damage)]);
        }

        if (opening is ChainFileOpening.Truncated && verdict.FindingsCounted == 0)
        {
            _ = verdict.Add([Finding.In("the end of the file", "the end mark", "other bytes: the tail is cut off")]);
        }

        var sound = verdict.FindingsCounted == 0;
        verdict.Say(
            "consistent", sound ? Judgement.Holds : Judgement.Fails,
            sound
                ? "consistent: every entry is canonical, in order and linked, through the stated heads"
                : "consistent: hashes or order do not fit");
        return sound ? file : null;
    }

    private static bool HasRoot(ContentName name, Stream bytes) => ManifestReader.HasRoot(bytes.Read, name.Digest);

    private static void Describe(ChainFileReader file, Verdict verdict)
    {
        verdict.Exchange = file.Exchange;
        verdict.Chains = file.StatedChains.Count;
        foreach (var stated in file.StatedChains)
        {
            // What a damaged file states may be anything.
            verdict.Entries = unchecked((ulong)verdict.Entries + (ulong)stated.Count.Value) > long.MaxValue
                ? long.MaxValue
                : verdict.Entries + stated.Count.Value;
        }
    }

    private static void JudgeRules(ChainFileReader file, ChainsRequest request, Verdict verdict, Progress progress)
    {
        using var content = new NamedContent();
        using var rules = new RulesCheck(file, content, progress);
        progress.Begin("deciding again", verdict.Entries);
        var unlawful = verdict.Add(rules.Find());
        verdict.Say(
            "lawfulByTheRules", unlawful ? Judgement.Fails : Judgement.Holds,
            unlawful
                ? "lawful by the rules: an entry is not what the rules decide"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"lawful by the rules: {rules.Decided:N0} entries decided again, "
                    + $"{rules.Cited:N0} facts compared"));
        if (unlawful)
        {
            verdict.Say(
                "lawfulDeliveries", Judgement.Open,
                "lawful deliveries: not looked at, because the entries are not lawful");
            return;
        }

        if (rules.Open + rules.Parked > 0)
        {
            verdict.Note(Words(
                $"{rules.Open:N0} steps of agreements are in flight and {rules.Parked:N0} wait for somebody"));
        }

        content.Compare(file);
        verdict.ContentItems = content.Held;
        JudgeContent(content, request, verdict);
        JudgeDeliveries(file, content, rules.Deliveries, request, verdict, progress);
    }

    private static void JudgeContent(NamedContent content, ChainsRequest request, Verdict verdict)
    {
        if (content.DocumentsMissing > 0)
        {
            verdict.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{content.DocumentsMissing:N0} named documents are not in the file, "
                + $"the first {content.FirstDocumentMissing}"));
        }

        if (content.ManifestsMissing > 0 && !request.Audit)
        {
            verdict.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{content.ManifestsMissing:N0} manifests are not in the file, "
                + $"the first named by {content.FirstManifestMissing!.Place}"));
        }

        if (content.Unnamed > 0)
        {
            verdict.Note(Words($"{content.Unnamed:N0} content items are named by no entry"));
        }
    }

    private static void JudgeDeliveries(
        ChainFileReader file, NamedContent content, IReadOnlyList<AuditedDelivery> deliveries, ChainsRequest request,
        Verdict verdict, Progress progress)
    {
        if (!request.Audit)
        {
            verdict.Say("lawfulDeliveries", Judgement.Open, "lawful deliveries: not looked at; --audit judges them");
            return;
        }

        if (content.FirstManifestMissing is { } missing)
        {
            _ = verdict.Add([missing]);
            verdict.Say(
                "lawfulDeliveries", Judgement.Fails,
                "lawful deliveries: cannot be judged, because manifests are missing");
            return;
        }

        progress.Begin("auditing deliveries", verdict.Entries);
        var audit = new DeliveriesCheck(file, deliveries, progress);
        audit.Run();
        _ = verdict.Add(audit.Findings, audit.Violations);
        verdict.Say(
            "lawfulDeliveries", audit.Violations == 0 ? Judgement.Holds : Judgement.Fails,
            audit.Violations == 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"lawful deliveries: {audit.Deliveries:N0} deliveries audited, "
                    + $"{audit.Leaves:N0} households in {audit.Blocks:N0} blocks")
                : Words($"lawful deliveries: {audit.Violations:N0} violations in {audit.Deliveries:N0} deliveries"));
        if (audit.InvalidatedReliances > 0)
        {
            verdict.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{audit.InvalidatedReliances:N0} deliveries of households rested on consents that were "
                + $"later declared to have been entered in error"));
        }
    }

    private static string Noun(int receipts) => receipts == 1 ? "receipt" : "receipts";

    private static string Words(FormattableString words) => FormattableString.Invariant(words);

    private static void JudgeReceipts(ChainFileReader? file, List<KeptReceipt> receipts, Verdict verdict)
    {
        if (receipts.Count == 0 || file is null)
        {
            verdict.Say(
                "matchesReceipts", Judgement.Open,
                receipts.Count == 0
                    ? "matches 0 kept receipts: none were given"
                    : "matches kept receipts: not looked at, because the file is damaged");
            return;
        }

        var bad = verdict.Add(ReceiptsCheck.Find(file, receipts));
        verdict.Say(
            "matchesReceipts", bad ? Judgement.Fails : Judgement.Holds,
            Words($"matches {(bad ? "not all of " : "")}{receipts.Count} kept {Noun(receipts.Count)}"));
    }
}
