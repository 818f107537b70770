namespace Exchange.Grains.Wire;

/// <summary>
/// How many forms a build is ahead of what its records say: none, but for a test's build that plays a later release. A
/// release reads a form of events before the one after it writes that form.
/// </summary>
/// <param name="ReadAhead">Forms that are read besides.</param>
/// <param name="WrittenAhead">By how many forms what is written is later.</param>
internal readonly record struct EventForms(int ReadAhead, int WrittenAhead)
{
    internal static EventForms Of<TFamily>() => typeof(TFamily) == typeof(Event) ? OfEvents : default;

#if NEXT_RELEASE
    private static EventForms OfEvents => new(
        ReadAhead: 1,
        WrittenAhead: AppContext.TryGetSwitch("Exchange.WritesNextForm", out var writes) && writes ? 1 : 0);
#else
    private static EventForms OfEvents => default;
#endif
}
