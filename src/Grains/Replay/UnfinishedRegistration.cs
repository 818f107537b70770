using Exchange.Grains.Agreements;

namespace Exchange.Grains.Replay;

/// <summary>
/// A step of an agreement's registration that is not closed. Open it is in flight, and no fault; parked it waits for
/// somebody. A closed one cites the entry that noted it: where that is not true, the citation is a breach.
/// </summary>
public sealed record UnfinishedRegistration(ChainId Agreement, RegistrationStep Step, RegistrationStatus Status)
{
    /// <summary>Those of one agreement, as its chain stands.</summary>
    public static IEnumerable<UnfinishedRegistration> Of(ChainReplay replay) => replay.State is AgreementState agreement
        ? from each in agreement.Registrations
          where each.Value != RegistrationStatus.Closed
          select new UnfinishedRegistration(replay.Chain, each.Key, each.Value)
        : [];
}
