using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Exchange.Engine.Hosting;
using Exchange.Silo.Node;

namespace Exchange.Silo.Commands;

/// <summary>The options that several commands share, each made anew for its command.</summary>
internal static class CommonOptions
{
    internal static Option<string> Data() => new("--data")
    {
        Description = "The node's data directory; made when it does not exist.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "data",
    };

    internal static Option<StoreKind> Store() => new("--store")
    {
        Description = "Where chains are kept: sqlite, in the data directory, or postgres.",
        HelpName = "STORE",
        DefaultValueFactory = _ => StoreKind.Sqlite,
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "sqlite":
                    return StoreKind.Sqlite;
                case "postgres":
                    return StoreKind.Postgres;
                default:
                    result.AddError($"'{result.Tokens[0].Value}' is no store: expected sqlite or postgres.");
                    return default;
            }
        },
    };

    internal static Option<Uri> Url() => new("--url")
    {
        Description = "Where the API listens; port 0 takes a free one.",
        HelpName = "URL",
        DefaultValueFactory = _ => NodeOptions.UrlDefault,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url)
                && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/" && url.UserInfo.Length == 0)
            {
                return url;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not a URL such as {NodeOptions.UrlDefault}.");
            return null;
        },
    };

    internal static Option<int?> DeliveryRowsPerSecond()
    {
        var option = new Option<int?>("--delivery-rows-per-second")
        {
            Description = "How many rows a second one delivery hands over at most; unlimited when absent.",
            HelpName = "N",
        };
        option.Validators.Add(result => RefuseOutside(result, 1, int.MaxValue));
        return option;
    }

    internal static Option<int> GrainsMax()
    {
        var option = new Option<int>("--grains-max")
        {
            Description = "How many grains stay in memory before idle ones have to leave.",
            HelpName = "N",
            DefaultValueFactory = _ => EmbeddedLimits.ResidentMaxDefault,
        };
        option.Validators.Add(result => RefuseOutside(result, 1_000, 100_000_000));
        return option;
    }

    /// <summary>Adds an error where a number is outside of what the option can mean.</summary>
    internal static void RefuseOutside(OptionResult result, int min, int max)
    {
        if (result.Tokens is [{ Value: var text }]
            && int.TryParse(text, CultureInfo.InvariantCulture, out var value) && (value < min || value > max))
        {
            result.AddError($"{result.Option.Name}: expected {min} to {max}, found {value}.");
        }
    }

    internal static DataDirectory DataOf(ParseResult result, Option<string> option) =>
        new(Path.GetFullPath(result.GetValue(option)!));
}
