using Exchange.Grains.Accesses;
using Exchange.Grains.Exchanges;
using Exchange.Grains.Households;
using Exchange.Grains.Identifiers;

namespace Exchange.Api.Reading;

/// <summary>
/// Who may see a household: itself, the department that registered it, officers whose division it lies in, and a
/// regulator with a case number, whose access is on record before the answer. To everybody else it does not exist.
/// </summary>
internal static class HouseholdAccess
{
    internal static ChainId ChainOf(GrainKey household) => new(GrainKind.Household, household);

    /// <summary>The reason not to show this household to the caller; nothing where it may be shown.</summary>
    internal static async ValueTask<IResult?> DenyAsync(
        this Call call, GrainKey household, AccessOperation operation = AccessOperation.Read)
    {
        if (call.Caller.Role == Role.Household)
        {
            return call.Caller.Subject == ChainOf(household) ? null : Problems.Of(Fault.NotFound);
        }

        if (call.Caller.Role == Role.Regulator)
        {
            return call.CaseNumber is null
                ? CaseNumberMissing()
                : await call.Rows.FindAsync(RowTable.Household, ChainOf(household), "", call.Aborted) is null
                    ? Problems.Of(Fault.NotFound)
                    : await call.RecordAccessAsync(operation, [household]);
        }

        var row = await call.Rows.FindAsync(RowTable.Household, ChainOf(household), "", call.Aborted) as HouseholdRow;
        return row is not null && await call.MaySeeAsync(row) ? null : Problems.Of(Fault.NotFound);
    }

    /// <summary>Whether a department or an officer may see a household.</summary>
    internal static async ValueTask<bool> MaySeeAsync(this Call call, HouseholdRow row) => call.Caller.Role switch
    {
        Role.Department => row.Details.Department == call.Caller.Subject.Key,
        Role.Officer => await call.DivisionAsync() is { } division && division.Contains(row.Details.County),
        _ => false,
    };

    /// <summary>The division of the officer who calls.</summary>
    internal static async ValueTask<DivisionCode?> DivisionAsync(this Call call) =>
        await call.Rows.FindAsync(
            RowTable.Officer, GrainCatalog.Self, call.Caller.Subject.Key.Value, call.Aborted) is OfficerRow officer
            ? officer.Officer.Division
            : null;

    /// <summary>Puts a regulator's access on record; the problem where that is not possible.</summary>
    internal static async ValueTask<IResult?> RecordAccessAsync(
        this Call call, AccessOperation operation, ImmutableSortedSet<GrainKey> households)
    {
        if (call.CaseNumber is not { } caseNumber)
        {
            return CaseNumberMissing();
        }

        var document = new AccessedHouseholds(households);
        var digest = households.Count == 1 ? Documents.DigestOf(document) : await Documents.KeepAsync(call, document);
        GrainKey? only = households.Count == 1 ? households[0] : null;
        var outcome = await call.Exchange.SubmitAsync(
            new CommandRequest(
                new ChainId(GrainKind.Access, call.Caller.Subject.Key), FreshCommandId(), call.Caller.Actor,
                new RecordAccess(caseNumber, operation, only, digest, households.Count)),
            call.Aborted);
        return outcome is SubmitOutcome.Accepted ? null : Problems.Of(outcome);
    }

    /// <summary>
    /// Puts on record that a regulator looked at a number: every household that it ever stood for is told, because its
    /// history names them all.
    /// </summary>
    internal static async ValueTask<IResult?> RecordIdentifierAccessAsync(
        this Call call, ChainId identifier, AccessOperation operation)
    {
        var households = ImmutableSortedSet.CreateBuilder<GrainKey>();
        await foreach (var stored in call.Ledger.ReadChainAsync(identifier, new(0), through: null, call.Aborted))
        {
            switch (WireCatalog.Read(EntryCodec.Decode(stored.Bytes).Command))
            {
                case LinkIdentifier link:
                    _ = households.Add(link.Household);
                    break;
                case CorrectIdentifier correct:
                    _ = households.Add(correct.Household);
                    break;
            }
        }

        return households.Count == 0
            ? Problems.Of(Fault.NotFound)
            : await call.RecordAccessAsync(operation, households.ToImmutable());
    }

    internal static ProblemAnswer CaseNumberMissing() => Problems.Of(Fault.CaseNumberMissing) switch
    {
        var problem => problem with
        {
            Body = problem.Body with { Refusal = (int)Refusal.CaseNumberMissing },
        },
    };

    // Two readings are two accesses: nothing here is a retry of anything.
    private static CommandId FreshCommandId() =>
        new(Bytes16.From(Guid.CreateVersion7().ToByteArray(bigEndian: true)));
}
