global using System.Collections.Immutable;
global using Exchange.Engine.Ports;
global using Exchange.Grains;
global using Exchange.Grains.Rules;
global using Exchange.Grains.Values;
global using Exchange.Grains.Wire;
global using Exchange.Ledger;
global using ContentName = Exchange.Engine.Ports.ContentName;
global using ContentKind = Exchange.Engine.Ports.ContentKind;
