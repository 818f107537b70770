using Exchange.Grains.Accesses;
using Exchange.Grains.Tests.Replay;
using static Exchange.Grains.Tests.Replay.Market;

namespace Exchange.Grains.Tests.Accesses;

/// <summary>A regulator's accesses stand on its own chain, each with a case.</summary>
public sealed class AccessRulesTests
{
    private const string Chain = "access/r";

    private static readonly RecordAccess Read = new("case-1", AccessOperation.Read, Key("h1"), Text, 1);

    [Fact]
    public void Each_command_is_answered_as_the_table_says() => DecisionCase.Hold(Chain,
    [
        new(() => new(), RegulatorToken, Read, null),
        new(() => new(), RegulatorToken, Read with { CaseNumber = " " }, Refusal.CaseNumberMissing),
        new(() => new(), Operator, Read with { CaseNumber = "" }, Refusal.NotPermitted),
        new(() => new(), By("regulator/other", Role.Regulator), Read, Refusal.NotPermitted),
        new(() => new(), Home("h1"), Read, Refusal.NotPermitted),
    ]);

    [Fact]
    public void Every_access_is_a_row_of_its_own()
    {
        var story = new Story();

        story.Does(RegulatorToken, Chain, Read);
        story.Does(RegulatorToken, Chain, Read with { Operation = AccessOperation.Export });

        Assert.Equal(["0", "1"], story.Replayed(Chain).Rows.Select(row => row.Item));
    }
}
