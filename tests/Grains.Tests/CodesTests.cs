using Exchange.Grains.Codes;
using Exchange.Grains.Departments;

namespace Exchange.Grains.Tests;

/// <summary>The lists that are built in.</summary>
public sealed class CodesTests
{
    [Fact]
    public void All_purposes_of_the_vocabulary_are_listed_but_its_roots()
    {
        Assert.Equal(121, PurposeCodes.All.Count(code => code.Value.StartsWith("dpv:", StringComparison.Ordinal)));
        Assert.True(PurposeCodes.IsListed(PurposeCode.Parse("dpv:AcademicResearch")));
        Assert.True(PurposeCodes.IsListed(PurposeCode.Parse("gx:PovertyRelief")));
        Assert.False(PurposeCodes.IsListed(PurposeCode.Parse("dpv:Purpose")));
        Assert.False(PurposeCodes.IsListed(PurposeCode.Parse("dpv:hasPurpose")));
        Assert.False(PurposeCodes.IsListed(PurposeCode.Parse("dpv:PovertyRelief")));
    }

    [Fact]
    public void Guizhou_has_nine_prefectures_and_eighty_eight_counties()
    {
        Assert.Equal(88, Divisions.Counties.Length);
        Assert.Equal(9, Divisions.All.Count(division => division.Code.Value.Length == 4));
        Assert.Equal("南明区", Divisions.Name(DivisionCode.Parse("520102")));
        Assert.Null(Divisions.Find(DivisionCode.Parse("520199")));
        Assert.True(Divisions.Contains(DivisionCode.Parse("5201"), DivisionCode.Parse("520102")));
        Assert.False(Divisions.Contains(DivisionCode.Parse("5203"), DivisionCode.Parse("520102")));
        Assert.All(
            Divisions.Counties, county => Assert.NotNull(Divisions.Find(DivisionCode.Parse(county.Code.Value[..4]))));
    }

    [Theory]
    [InlineData("91350100M000100Y43", true)]
    [InlineData("91350100M000100Y44", false)]
    [InlineData("91350100M000100I43", false)]
    [InlineData("9135", false)]
    public void A_credit_code_is_checked_by_its_last_character(string code, bool valid)
    {
        Assert.Equal(valid, CreditCode.IsValid(code));
        Assert.True(CreditCode.IsValid(CreditCode.Complete("11520000009390180")));
    }
}
