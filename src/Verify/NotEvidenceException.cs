namespace Exchange.Verify;

/// <summary>What was supplied cannot be judged: it is not a chain file or receipt, or cannot be read.</summary>
public sealed class NotEvidenceException : Exception
{
    public NotEvidenceException(string message)
        : base(message)
    {
    }

    public NotEvidenceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
