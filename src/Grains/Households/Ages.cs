namespace Exchange.Grains.Households;

/// <summary>
/// How old a member is at a moment, as far as the birth year tells: adult from 1 January of the eighteenth year after
/// it, under fourteen until 31 December of the fourteenth. Years are those of UTC.
/// </summary>
public static class Ages
{
    public const int AdultYears = 18;
    public const int OwnVoiceYears = 14;
    public const int BirthYearMin = 1900;

    private const long MillisecondsPerDay = 86_400_000;
    private const long YearLast = 9999;

    /// <summary>Entered as an adult, or grown up since.</summary>
    public static bool IsAdult(Member member, UnixMilliseconds time) =>
        member.Adult || (member.BirthYear is { } born && YearOf(time) >= born + (long)AdultYears);

    /// <summary>Whether only a guardian can speak for a member.</summary>
    public static bool IsUnderFourteen(Member member, UnixMilliseconds time) =>
        !member.Adult && member.BirthYear is { } born && YearOf(time) <= born + (long)OwnVoiceYears;

    // Days since 1970 to a year of the Gregorian calendar, by eras of 400 years that begin on 1 March.
    internal static long YearOf(UnixMilliseconds time)
    {
        const long DaysPerEra = 146_097;
        const long DaysToEraOf1970 = 719_468;
        var days = (time.Value / MillisecondsPerDay) + DaysToEraOf1970;
        var era = days / DaysPerEra;
        var dayOfEra = days % DaysPerEra;
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var beginsInMarch = yearOfEra + (era * 400);

        // Day 306 from 1 March is 1 January of the next year.
        return Math.Min(dayOfYear >= 306 ? beginsInMarch + 1 : beginsInMarch, YearLast);
    }
}
