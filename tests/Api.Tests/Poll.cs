namespace Exchange.Api.Tests;

/// <summary>Asks until the answer is there; each question is a request, so nothing spins without the node
/// working.</summary>
internal static class Poll
{
    private const int TriesMax = 10_000;

    internal static async Task<Reply> Until(Func<Task<Reply>> ask, Func<Reply, bool> isDone)
    {
        Reply? last = null;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            last = await ask();
            if (isDone(last))
            {
                return last;
            }
        }

        throw new TimeoutException($"The answer stayed {last?.Text}.");
    }
}
