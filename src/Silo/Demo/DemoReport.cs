namespace Exchange.Silo.Demo;

/// <summary>The last line of the story. The names are those of its JSON.</summary>
/// <param name="Consented">Live consents for the buyer at the first delivery.</param>
/// <param name="Withdrawn">Households that withdrew between the deliveries.</param>
/// <param name="Entries">Entries in the exported file.</param>
/// <param name="Evidence">The exported chain file with its manifests.</param>
internal sealed record DemoReport(
    int Households, int Consented, long DeliveredFirst, int Withdrawn, long DeliveredSecond, long Entries,
    long AuditViolations, bool Verified, string Evidence);
