namespace Exchange.Benchmarks.Silos;

/// <summary>A household as Orleans would have it: a grain that writes its state whenever it changes.</summary>
[Alias("bench.keeper")]
internal interface IConsentKeeper : IGrainWithStringKey
{
    /// <summary>Keeps a consent, durably; answers how many it keeps.</summary>
    [Alias("give")]
    Task<int> GiveAsync(KeptConsent consent);
}
