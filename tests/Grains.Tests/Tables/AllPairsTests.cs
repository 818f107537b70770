using System.Reflection;

namespace Exchange.Grains.Tests.Tables;

/// <summary>Every state of the tables with every command and actor: an answer each time, never an exception.</summary>
public sealed class AllPairsTests
{
    [Theory]
    [InlineData(GrainKind.Exchange)]
    [InlineData(GrainKind.Department)]
    [InlineData(GrainKind.Household)]
    [InlineData(GrainKind.Identifier)]
    [InlineData(GrainKind.Notice)]
    public void Every_state_answers_every_command(GrainKind kind)
    {
        var rules = GrainCatalog.Rules[kind];
        var rows = DecisionTests.AllRows().Where(row => row.Chain.Kind == kind).ToList();
        var states = rows.Select(row => (row.Chain, row.State, row.Given.Length)).DistinctBy(s => Bytes(rules, s.State))
            .ToList();
        var commands = rows.Select(row => row.Command).Distinct().ToList();
        var accepted = 0;

        foreach (var command in commands)
        {
            foreach (var actor in World.Everybody)
            {
                var facts = World.FactsFor(rules, rows[0].Chain, actor, command);
                foreach (var (chain, state, length) in states)
                {
                    accepted += Answer(rules, new(chain, default, actor, command, facts), state, length) ? 1 : 0;
                    _ = Answer(rules, new(chain, default, actor, command, []), state, length);
                }
            }
        }

        Assert.True(accepted > 0);
    }

    private static bool Answer(GrainRules rules, CommandEnvelope envelope, GrainState state, int length)
    {
        if (rules.Decide(state, envelope, World.Now) is not Decision.Accepted accepted)
        {
            return false;
        }

        var place = new EntryPlace(envelope.Chain, new(length), World.Now);
        var after = accepted.Events.Aggregate(state, (each, next) => rules.Apply(each, next, place));
        var written = Bytes(rules, after);
        var reader = new CanonicalReader(Convert.FromHexString(written));
        Assert.Equal(written, Bytes(rules, rules.ReadState(ref reader)));
        foreach (var change in rules.Rows(state, after, accepted.Events, place))
        {
            var row = Assert.IsType<RowChange.Upsert>(change).Row;
            Assert.Equal(envelope.Chain, row.Chain);
            Assert.All(row.Columns, column => Assert.True(column.Text is not null || column.Number is not null));
            RowRoundTrip.MakeGenericMethod(row.GetType()).Invoke(null, [row]);
        }

        return true;
    }

    private static readonly MethodInfo RowRoundTrip =
        typeof(AllPairsTests).GetMethod(nameof(ReadAgain), BindingFlags.Static | BindingFlags.NonPublic)!;

    private static void ReadAgain<T>(T row) =>
        Assert.True(Canonical.Equal(row, WireCodec<T>.Decode(WireCodec<T>.Encode(row))));

    private static string Bytes(GrainRules rules, GrainState state)
    {
        var writer = new CanonicalWriter();
        rules.WriteState(writer, state);
        return Convert.ToHexString(writer.Written);
    }
}
