using Exchange.Grains.Exchanges;

namespace Exchange.Grains.Tests.Tables;

/// <summary>Runs the decision tables of exchange, department, household, identifier and notice.</summary>
public sealed class DecisionTests
{
    private static readonly ImmutableDictionary<string, DecisionTable> Tables = new Dictionary<string, DecisionTable>
    {
        ["exchange"] = PartyTables.OfTheExchange(),
        ["department"] = PartyTables.OfADepartment(),
        ["identifier"] = PartyTables.OfAnIdentifier(),
        ["notice"] = PartyTables.OfANotice(),
        ["members"] = HouseholdTables.OfMembers(),
        ["giving"] = ConsentTables.OfGiving(),
        ["confirming"] = ConsentTables.OfConfirming(),
        ["ending"] = EndingTables.OfEnding(),
    }.ToImmutableDictionary();

    private static readonly ImmutableArray<GrainKind> Kinds =
        [GrainKind.Exchange, GrainKind.Department, GrainKind.Household, GrainKind.Identifier, GrainKind.Notice];

    // What the engine answers before or after the rules, and what takes more entries than a table should have.
    private static readonly ImmutableArray<Refusal> OutsideTheTables =
    [
        Refusal.CommandIdReused, Refusal.CommandTooLarge, Refusal.HeadMoved, Refusal.FactMissing, Refusal.EntryTooLarge,
        Refusal.TooManyOfficers,
    ];

    public static TheoryData<string, int> Rows()
    {
        var data = new TheoryData<string, int>();
        foreach (var (name, table) in Tables)
        {
            for (var row = 0; row < table.Rows.Count; row++)
            {
                data.Add(name, row);
            }
        }

        return data;
    }

    internal static IEnumerable<DecisionRow> AllRows() => Tables.Values.SelectMany(table => table.Rows);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_row_of_the_tables_is_decided_as_it_says(string table, int at)
    {
        var row = Tables[table].Rows[at];

        var found = row.Decide() switch
        {
            Decision.Refused refused => (Refusal: (Refusal?)refused.Reason, Events: ImmutableArray<Type>.Empty),
            Decision.Accepted accepted => (null, [.. accepted.Events.Select(each => each.GetType())]),
            var other => throw new InvalidOperationException($"{other} is no decision."),
        };

        Assert.True(
            found.Refusal == row.Then && found.Events.SequenceEqual(row.Events),
            $"{row}, found {found.Refusal?.ToString() ?? string.Join(' ', found.Events.Select(each => each.Name))}");
    }

    [Fact]
    public void An_accepted_command_happens_as_it_was_asked()
    {
        foreach (var row in AllRows().Where(row => row.Then is null))
        {
            var accepted = Assert.IsType<Decision.Accepted>(row.Decide());

            Assert.Equal(WireCatalog.Commands.Encode(row.Command), WireCatalog.Events.Encode(accepted.Events[0]));
        }
    }

    [Fact]
    public void Every_command_is_accepted_somewhere_and_refused_somewhere()
    {
        var commands = WireCatalog.Commands.Types
            .Where(type => Kinds.Any(kind => GrainCatalog.Rules[kind].GetType().Namespace == type.Namespace)).ToList();

        Assert.Equal(19, commands.Count);
        Assert.All(
            commands, type => Assert.Contains(AllRows(), row => row.Then is null && row.Command.GetType() == type));
        Assert.All(
            commands, type => Assert.Contains(AllRows(), row => row.Then is not null && row.Command.GetType() == type));
    }

    [Fact]
    public void The_exchange_holds_only_so_many_officers()
    {
        var row = AllRows().First(row => row.Then is null && row.Command is AppointOfficer);
        var appointed = new Officer(
            World.Key("relief"), DivisionCode.Parse("52"), Mandate.RecordConsents, World.ThisYear, null, null);
        var full = ((ExchangeState)row.State) with
        {
            Officers = Enumerable.Range(0, ExchangeState.OfficersMax)
                .ToImmutableSortedDictionary(number => World.Key($"o{number}"), _ => appointed),
        };

        var decision = row.Rules.Decide(full, new(row.Chain, default, row.Actor, row.Command, row.Facts), row.Time);

        Assert.Equal(Decision.Refuse(Refusal.TooManyOfficers), decision);
    }

    [Fact]
    public void Every_refusal_of_these_kinds_stands_in_a_table()
    {
        var refusals = Enum.GetValues<Refusal>().Where(refusal => (int)refusal < 100).Except(OutsideTheTables);

        Assert.Empty(refusals.Except(AllRows().Select(row => row.Then).OfType<Refusal>()));
    }
}
