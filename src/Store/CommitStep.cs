namespace Exchange.Store;

/// <summary>The moments of a commit that a test can break.</summary>
internal enum CommitStep
{
    BeforeCommit = 1,
    AfterCommit = 2,
}
