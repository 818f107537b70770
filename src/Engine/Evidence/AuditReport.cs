using System.Text.Json;
using Exchange.Grains.Replay;

namespace Exchange.Engine.Evidence;

/// <summary>Writes an audit's findings as they come, and what it looked at in the end.</summary>
internal sealed class AuditReport : IAuditFindings
{
    private readonly Utf8JsonWriter _json;

    internal AuditReport(Utf8JsonWriter json)
    {
        _json = json;
        json.WriteStartObject();
        json.WriteStartArray("findings");
    }

    public void Add(Violation violation)
    {
        _json.WriteStartObject();
        _json.WriteString("finding", "violation");
        _json.WriteString("kind", NameOf(violation.Kind));
        _json.WriteNumber("number", (int)violation.Kind);
        _json.WriteString("agreement", violation.Agreement.Key.Value);
        _json.WriteString("delivery", violation.Delivery.Value);
        WriteNumber("block", violation.Block);
        _json.WriteString("chain", violation.Chain?.ToString());
        WriteNumber("entry", violation.Entry?.Value);
        _json.WriteString("reason", violation.Reason is { } reason ? RefusalText.Of(reason).Name : null);
        _json.WriteEndObject();
    }

    public void Add(InvalidatedReliance reliance)
    {
        _json.WriteStartObject();
        _json.WriteString("finding", "invalidated-reliance");
        _json.WriteString("agreement", reliance.Agreement.Key.Value);
        _json.WriteString("delivery", reliance.Delivery.Value);
        _json.WriteString("household", reliance.Household.Value);
        _json.WriteNumber("consent", reliance.Consent.Value);
        _json.WriteEndObject();
    }

    internal void Complete(AuditSummary summary)
    {
        _json.WriteEndArray();
        _json.WriteStartObject("summary");
        _json.WriteNumber("deliveries", summary.Deliveries);
        _json.WriteNumber("blocks", summary.Blocks);
        _json.WriteNumber("leaves", summary.Leaves);
        _json.WriteNumber("violations", summary.ViolationCount);
        _json.WriteNumber("invalidatedReliances", summary.InvalidatedReliances);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteNumber(string name, long? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
        else
        {
            _json.WriteNull(name);
        }
    }

    private static string NameOf(ViolationKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
