using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Exchange.Api.Http;

/// <summary>One request with everything that an operation needs: who calls, the ports, the clock.</summary>
public sealed class Call
{
    internal const string IdempotencyKeyHeader = "Idempotency-Key";
    internal const string CaseNumberHeader = "Case-Number";

    private readonly Caller? _caller;

    private Call(HttpContext http)
    {
        Http = http;
        _caller = http.Features.Get<Caller>();
    }

    public HttpContext Http { get; }

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Who calls.</summary>
    /// <exception cref="InvalidOperationException">Nobody does: the operation is open to anonymous callers.</exception>
    public Caller Caller => _caller ?? throw new InvalidOperationException("An anonymous call has no caller.");

    public bool IsAnonymous => _caller is null;

    public IExchange Exchange => Http.RequestServices.GetRequiredService<IExchange>();

    public IRowStore Rows => Http.RequestServices.GetRequiredService<IRowStore>();

    public ILedgerStore Ledger => Http.RequestServices.GetRequiredService<ILedgerStore>();

    public IContentStore Content => Http.RequestServices.GetRequiredService<IContentStore>();

    internal Sealing.PersonalTexts Texts => Http.RequestServices.GetRequiredService<Sealing.PersonalTexts>();

    internal ApiOptions Options => Http.RequestServices.GetRequiredService<ApiOptions>();

    /// <summary>The moment by the node's clock.</summary>
    public UnixMilliseconds Now =>
        new(Http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The caller's name for the command: the idempotency key.</summary>
    public CommandId CommandId { get; private set; }

    /// <summary>The head that the caller insists on.</summary>
    public ChainHead? ExpectedHead { get; private set; }

    public static ValueTask<Call?> BindAsync(HttpContext context)
    {
        var call = new Call(context);
        if (context.GetEndpoint()?.Metadata.GetMetadata<CommandWrite>() is not null)
        {
            call.CommandId = ReadCommandId(context.Request.Headers[IdempotencyKeyHeader]);
            call.ExpectedHead = ReadExpectedHead(context.Request.Headers.IfMatch);
        }

        return ValueTask.FromResult<Call?>(call);
    }

    /// <summary>The case number that a regulator's request carries; nothing where it does not.</summary>
    internal string? CaseNumber
    {
        get
        {
            var values = Http.Request.Headers[CaseNumberHeader];
            return values is [{ Length: > 0 and <= 64 } text] && text.All(c => c is >= ' ' and <= '~') ? text : null;
        }
    }

    internal static string EntityTagOf(ChainHead head) => $"\"{head.Index}-{head.Hash}\"";

    private static CommandId ReadCommandId(Microsoft.Extensions.Primitives.StringValues values)
    {
        if (values.Count == 0)
        {
            throw new BadInputException(Fault.IdempotencyKeyMissing);
        }

        return values.Count == 1 && CommandId.TryParse(values[0], out var id)
            ? id
            : throw new BadInputException(
                Fault.IdempotencyKeyMissing, new ProblemError($"#{IdempotencyKeyHeader}", "Expected one UUID."));
    }

    private static ChainHead? ReadExpectedHead(Microsoft.Extensions.Primitives.StringValues values)
    {
        if (values.Count == 0 || values is ["*"])
        {
            return null;
        }

        if (values is [{ Length: > 2 } tag] && tag[0] == '"' && tag[^1] == '"'
            && tag.LastIndexOf('-') is > 1 and var dash
            && long.TryParse(tag.AsSpan(1, dash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && Digest.TryParse(tag[(dash + 1)..^1], out var hash))
        {
            return new ChainHead(new EntryIndex(index), hash);
        }

        throw new BadInputException(
            Fault.InputInvalid, new ProblemError($"#{HeaderNames.IfMatch}", "Expected one ETag as this API gave it."));
    }
}

/// <summary>Marks an operation that gives a command: it takes an idempotency key.</summary>
internal sealed record CommandWrite;
