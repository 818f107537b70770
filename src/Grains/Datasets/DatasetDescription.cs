namespace Exchange.Grains.Datasets;

// family: what a dataset says about itself

/// <summary>About whom a dataset is.</summary>
public enum SubjectLevel
{
    None = 1,
    Household = 2,
    Member = 3,
}

/// <summary>How much harm a leak would do (GB/T 43697).</summary>
public enum DataLevel
{
    General = 1,
    Important = 2,
    Core = 3,
}

/// <summary>Whether data is about persons.</summary>
public enum PersonalClass
{
    None = 1,
    Personal = 2,
    Sensitive = 3,
}

/// <summary>Whether data may be shared or opened.</summary>
public enum Openness
{
    Unconditional = 1,
    Conditional = 2,
    None = 3,
}

/// <summary>The twelve classes of data of the exchange.</summary>
public enum Theme
{
    Government = 1,
    Medical = 2,
    Finance = 3,
    Enterprise = 4,
    ECommerce = 5,
    Energy = 6,
    Transport = 7,
    Commodities = 8,
    Consumption = 9,
    Education = 10,
    SocialNetwork = 11,
    Society = 12,
}

/// <summary>How often new content comes (after GB/T 36343).</summary>
public enum UpdateFrequency
{
    Once = 1,
    Daily = 2,
    Weekly = 3,
    Monthly = 4,
    Quarterly = 5,
    Yearly = 6,
    Irregular = 7,
    Continuous = 8,
}

/// <summary>The classes of a dataset, on independent axes.</summary>
public sealed record Classification(
    DataLevel Level, PersonalClass Personal, Openness Sharing, Openness Opening, bool Tradeable);

/// <summary>Whom a dataset is about, and the column with the department's number of them.</summary>
/// <param name="KeyColumn">Required where the level is not none.</param>
/// <param name="Scheme">The scheme of the numbers in that column.</param>
public sealed record SubjectKey(SubjectLevel Level, ColumnName? KeyColumn, GrainKey? Scheme);

/// <summary>The catalogue's entry of a dataset (after DCAT); texts by language.</summary>
public sealed record DatasetDescription(
    [Text(1024, Prose = true), Count(16)] ImmutableSortedDictionary<string, string> Title,
    [Text(4096, Prose = true), Count(16)] ImmutableSortedDictionary<string, string> Description,
    [Text(64), Count(32)] ImmutableSortedSet<string> Keywords, [Count(12)] ImmutableSortedSet<Theme> Themes,
    [Text(512)] string Source, [Text(512)] string Contact, [Count(100)] ImmutableSortedSet<DivisionCode> Spatial,
    Period? Temporal, UpdateFrequency Frequency);
