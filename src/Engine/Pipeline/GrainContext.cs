using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Pipeline;

// family: what the grains of one process share

/// <summary>What the grains of one process share, whatever hosts them.</summary>
public sealed class GrainContext
{
    /// <summary>How many commands and reads wait in front of one grain at most.</summary>
    public const int WaitingMax = 4096;

    /// <summary>How often a grain decides a command again before it gives up.</summary>
    public const int AttemptsMax = 3;

    /// <summary>When to come back after an overload.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>When to come back to a chain that is broken: not before somebody has looked at it.</summary>
    public static readonly TimeSpan RetryBroken = TimeSpan.FromMinutes(1);

    public GrainContext(
        ExchangeId exchange, ILedgerStore store, EntryClock clock, SaltOf salt, SnapshotWriter snapshots,
        ISnapshotStore snapshotStore, Func<GrainKind, GrainRules?> rules, ILogger logger)
    {
        Exchange = exchange;
        Store = store;
        Clock = clock;
        Salt = salt;
        Snapshots = snapshots;
        Rules = rules;
        Logger = logger;
        Questions = new(store);
        Loader = new(this, snapshotStore);
        Replays = new(this);
    }

    public ExchangeId Exchange { get; }

    public ILedgerStore Store { get; }

    public EntryClock Clock { get; }

    public SaltOf Salt { get; }

    public SnapshotWriter Snapshots { get; }

    public Func<GrainKind, GrainRules?> Rules { get; }

    public StoreQuestions Questions { get; }

    /// <summary>The commands that came lately.</summary>
    public TriedCommands Tried { get; } = new();

    public GrainLoader Loader { get; }

    public Replays Replays { get; }

    public ILogger Logger { get; }

    /// <summary>
    /// Called after a part was stored and before its callers are answered; must be quick and not throw.
    /// </summary>
    public Action<ChainPart>? Stored { get; init; }

    /// <summary>The rules of a chain.</summary>
    /// <exception cref="ArgumentException">Grains of that kind do not exist.</exception>
    public GrainRules RulesOf(ChainId chain) =>
        Rules(chain.Kind) ?? throw new ArgumentException($"There are no grains like {chain}.", nameof(chain));

    /// <summary>The answer to a command that met a broken outside world.</summary>
    /// <param name="error">What was met.</param>
    /// <param name="appended">Whether an append may have been stored.</param>
    public static SubmitOutcome? OutcomeOf(Exception error, bool appended) => error switch
    {
        _ when appended => new SubmitOutcome.Unknown(),
        StoreUnavailableException => new SubmitOutcome.Unavailable(UnavailableReason.StoreUnavailable, RetryAfter),
        ChainBrokenException => new SubmitOutcome.Unavailable(UnavailableReason.ChainBroken, RetryBroken),
        _ => null,
    };
}

/// <summary>The questions that many grains and callers have to the store at once, gathered.</summary>
public sealed class StoreQuestions(ILedgerStore store)
{
    private const int CountMax = 1000;

    private readonly Gathering<ChainId, ChainHead?> _heads = new(store.ReadHeadsAsync, CountMax);
    private readonly Gathering<CommandKey, KnownCommand?> _commands = new(store.FindCommandsAsync, CountMax);

    /// <summary>A head as committed at some moment after the call; nothing for a chain without entries.</summary>
    public Task<ChainHead?> HeadAsync(ChainId chain) => _heads.AskAsync(chain);

    /// <summary>Whether a command is on its chain, as committed at some moment after the call.</summary>
    public Task<KnownCommand?> CommandAsync(CommandKey key) => _commands.AskAsync(key);
}
