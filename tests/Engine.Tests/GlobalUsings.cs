global using System.Collections.Immutable;
global using Exchange.Grains.Rules;
global using Exchange.Grains.Values;
global using Exchange.Grains.Wire;
global using Exchange.Ledger;
global using ContentKind = Exchange.Engine.Ports.ContentKind;
global using ContentName = Exchange.Engine.Ports.ContentName;
