using Exchange.Grains.Agreements;
using Exchange.Grains.Wire;
using Exchange.Ledger;

namespace Exchange.Chaos.Kills;

/// <summary>
/// What a file of evidence says about the journal's acknowledgements, read without the verifier's own code.
/// </summary>
public sealed record EvidenceCheck(
    long Entries, long Lost, long Doubled, long Gaps, long Forks, long OneSided, long LostDeliveries)
{
    /// <summary>Reads a whole chain file.</summary>
    public static EvidenceCheck Of(string path, IReadOnlyCollection<Acknowledgement> acknowledged)
    {
        using var file = File.OpenRead(path);
        var reader = ((ChainFileOpening.Opened)ChainFileReader.Open(file)).Reader;
        var reading = new Reading();
        foreach (var entry in reader.ReadEntries())
        {
            reading.Add(entry.Bytes);
        }

        return reading.Judge(acknowledged);
    }

    private sealed class Reading
    {
        private readonly Dictionary<(string Chain, long Index), (string Hash, CommandId Command)> _entries = [];
        private readonly Dictionary<string, EntryIndex> _last = [];
        private readonly HashSet<(string Chain, ChainId Actor, CommandId Command)> _commands = [];
        private readonly Dictionary<string, int> _openSteps = [];
        private readonly Dictionary<string, int> _openDeliveries = [];
        private long _doubled;
        private long _gaps;
        private long _lostDeliveries;

        internal void Add(ReadOnlyMemory<byte> bytes)
        {
            var entry = EntryCodec.Decode(bytes);
            var chain = entry.Chain.ToString();
            _gaps += entry.Index == _last.GetValueOrDefault(chain, EntryIndex.BeforeFirst).Next ? 0 : 1;
            _last[chain] = entry.Index;
            _entries[(chain, entry.Index.Value)] = (Hashes.Entry(bytes.Span).ToString(), entry.CommandId);
            _doubled += _commands.Add((chain, entry.Actor.Id, entry.CommandId)) ? 0 : 1;
            foreach (var recorded in entry.Events)
            {
                Follow(chain, WireCatalog.Read(recorded, entry.Command));
            }
        }

        internal EvidenceCheck Judge(IReadOnlyCollection<Acknowledgement> acknowledged)
        {
            long lost = 0;
            long forks = 0;
            foreach (var receipt in acknowledged)
            {
                if (!_entries.TryGetValue((receipt.Chain, receipt.Index), out var entry))
                {
                    lost++;
                }
                else if (entry.Hash != receipt.Hash || entry.Command != CommandOf(receipt.Key))
                {
                    forks++;
                }
            }

            // One key, two receipts: acknowledged twice in different places.
            var twice = acknowledged.GroupBy(receipt => receipt.Key)
                .Count(group => group.Select(receipt => receipt.Hash).Distinct().Count() > 1);
            return new(
                _entries.Count, lost, _doubled + twice, _gaps, forks,
                _openSteps.Values.Sum() + _openDeliveries.Values.Sum(), _lostDeliveries);
        }

        private void Follow(string chain, Grains.Rules.Event @event)
        {
            switch (@event)
            {
                case AgreementFinalized:
                    _openSteps[chain] = Enum.GetValues<RegistrationStep>().Length;
                    break;
                case RegistrationClosed:
                    _openSteps[chain]--;
                    break;
                case DeliveryStarted:
                    _openDeliveries[chain] = _openDeliveries.GetValueOrDefault(chain) + 1;
                    break;
                case DeliveryEnded ended:
                    _openDeliveries[chain]--;
                    _lostDeliveries += ended.Outcome == DeliveryOutcome.Lost ? 1 : 0;
                    break;
                default:
                    break;
            }
        }

        private static CommandId CommandOf(Guid key) =>
            CommandId.TryParse(key.ToString("D"), out var id)
                ? id
                : throw new FormatException($"{key} is no command id.");
    }
}
