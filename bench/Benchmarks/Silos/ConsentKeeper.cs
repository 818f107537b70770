using Orleans.Runtime;

namespace Exchange.Benchmarks.Silos;

/// <summary>
/// Keeps what a household's grain keeps of its consents, without rules, history, rows and proof.
/// </summary>
[GrainType("keeper")]
internal sealed class ConsentKeeper(
    [PersistentState("consents", ConsentKeeper.Storage)] IPersistentState<KeptConsents> kept, TimeProvider time)
    : Grain, IConsentKeeper
{
    internal const string Storage = "keepers";

    public async Task<int> GiveAsync(KeptConsent consent)
    {
        if (!kept.State.Consents.Exists(each => each.Id == consent.Id))
        {
            kept.State.Consents.Add(consent with { GivenAt = time.GetUtcNow().ToUnixTimeMilliseconds() });
            await kept.WriteStateAsync();
        }

        return kept.State.Consents.Count;
    }
}
