using System.CommandLine;
using Exchange.Api;
using Exchange.Api.Security;
using Exchange.Engine.Hosting;
using Exchange.Engine.Ports;
using Exchange.Engine.Secrets;
using Exchange.Silo.Node;
using Exchange.Signing;
using Exchange.Store;
using Exchange.Store.Sqlite;

namespace Exchange.Silo.Commands;

/// <summary><c>exchange token</c>: makes tokens with the node's own key, also beside the running node.</summary>
internal static class TokenCommand
{
    private const int HoursMax = 366 * 24;

    internal static Command Create()
    {
        var (data, store) = (CommonOptions.Data(), CommonOptions.Store());
        var role = new Option<string>("--role") { Required = true, Description = "As whom the bearer acts." };
        role.AcceptOnlyFromAmong([.. TokenSubject.Roles.Select(TokenSubject.NameOf)]);
        var subjects = new Option<string[]>("--subject")
        {
            Required = true,
            Description = "Whom the token is for, such as buyer/acme; several make a token each, one per line.",
        };
        var onBehalfOf = new Option<string?>("--on-behalf-of") { Description = "An officer's department/KEY." };
        var person = new Option<string?>("--person")
        {
            Description = "An opaque id of the person who holds the token.",
        };
        var hours = new Option<int>("--hours")
        {
            Description = "How long the token is good.",
            HelpName = "N",
            DefaultValueFactory = _ => 24,
        };
        hours.Validators.Add(result => CommonOptions.RefuseOutside(result, 1, HoursMax));
        var command = new Command("token", "Makes bearer tokens with the node's own key.")
        {
            data, store, role, subjects, onBehalfOf, person, hours,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var key = await ReadKeyAsync(
                result.GetValue(store), CommonOptions.DataOf(result, data), cancellationToken);
            var issuer = new TokenIssuer(key.Secrets.Tokens, key.Exchange, new ApiOptions(), TimeProvider.System);
            _ = TokenSubject.TryParseRole(result.GetValue(role), out var bearer);
            var lifetime = TimeSpan.FromHours(result.GetValue(hours));

            // All or none: whoever reads one line per subject must not get fewer.
            var tokens = result.GetValue(subjects)!.Select(subject => Issue(
                issuer, bearer, subject, result.GetValue(onBehalfOf), result.GetValue(person), lifetime)).ToArray();
            foreach (var token in tokens)
            {
                await Console.Out.WriteLineAsync(token);
            }

            return 0;
        });
        return command;
    }

    private static string Issue(
        TokenIssuer issuer, Role role, string subject, string? onBehalfOf, string? person, TimeSpan lifetime)
    {
        if (!ChainId.TryParse(subject, out var id))
        {
            throw new NodeStartException($"'{subject}' is not a subject such as buyer/acme.");
        }

        var party = default(ChainId);
        if (onBehalfOf is not null && !ChainId.TryParse(onBehalfOf, out party))
        {
            throw new NodeStartException($"'{onBehalfOf}' is not a party such as department/relief.");
        }

        try
        {
            return issuer.Issue(role, id, onBehalfOf is null ? null : party, person, lifetime);
        }
        catch (ArgumentException wrong)
        {
            // The name of our own parameter says nothing to an operator.
            throw new NodeStartException(
                wrong.Message.Replace($" (Parameter '{wrong.ParamName}')", "", StringComparison.Ordinal));
        }
    }

    private static async Task<NodeKey> ReadKeyAsync(
        StoreKind kind, DataDirectory data, CancellationToken cancellationToken)
    {
        try
        {
            return kind == StoreKind.Sqlite
                ? await ReadSqliteKeyAsync(data, cancellationToken)
                : await ReadPostgresKeyAsync(data, cancellationToken);
        }
        catch (StoreRefusedException refused)
        {
            throw new NodeStartException($"{refused.Message} Start the node once; it makes its keys.");
        }
        catch (StoreUnavailableException unavailable)
        {
            throw new NodeStartException($"The store of the node at {data.Path} cannot be read: {unavailable.Message}");
        }
    }

    private static async Task<NodeKey> ReadSqliteKeyAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        data.Expect();
        var master = new MasterKey(MasterKeyFile.Read(MasterKeyFile.PathOf(data)));
        var kept = new KeptSecrets(
            data, (names, _) => ValueTask.FromResult(SqliteSecretReader.FindMany(data.Path, names)));
        var secrets = await KeptSecrets.LoadAsync(data, kept, master, cancellationToken);
        return new(secrets, SqliteExchangeReader.Read(data.Path));
    }

    private static async Task<NodeKey> ReadPostgresKeyAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        var master = new MasterKey(MasterKeyFile.Read(MasterKeyFile.PathOf(data)));

        // The data directory is the running node's, and changing tables is not what this is for.
        var own = Directory.CreateTempSubdirectory("exchange-token-");
        try
        {
            using var store = KeptStore.OpenBeside(own.FullName);
            var exchange = await Genesis.ReadAsync(store.Ledger, cancellationToken)
                ?? throw new StoreRefusedException("The database holds no exchange yet.");
            var kept = new KeptSecrets(data, store.Secrets.FindManyAsync);
            return new(await KeptSecrets.LoadAsync(data, kept, master, cancellationToken), exchange);
        }
        finally
        {
            own.Delete(recursive: true);
        }
    }

    private sealed record NodeKey(NodeSecrets Secrets, ExchangeId Exchange) : IDisposable
    {
        public void Dispose() => Secrets.Dispose();
    }
}
