<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ActivityLamp</name>
    <message>
        <source>{} activity</source>
        <translation>{}-Aktivität</translation>
    </message>
    <message>
        <source>active</source>
        <translation>aktiv</translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>MIDI messages, newest first</source>
        <translation>MIDI-Nachrichten, die neueste zuerst</translation>
    </message>
    <message>
        <source>This engine does not report its MIDI input; it is a different version.</source>
        <translation>Diese Engine zeigt ihren MIDI-Eingang nicht: Sie hat eine andere Version.</translation>
    </message>
    <message>
        <source>OSC messages from other clients, newest first</source>
        <translation>OSC-Nachrichten anderer Clients, die neueste zuerst</translation>
    </message>
    <message>
        <source>No other client has sent anything yet. The engine listens on {}.</source>
        <translation>Noch hat kein anderer Client etwas gesendet. Die Engine lauscht unter {}.</translation>
    </message>
    <message>
        <source>This engine does not report its OSC messages; it is a different version.</source>
        <translation>Diese Engine zeigt ihre OSC-Nachrichten nicht: Sie hat eine andere Version.</translation>
    </message>
    <message>
        <source>Message type</source>
        <translation>Art der Nachrichten</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>No MIDI message has arrived yet, and no MIDI input is open.</source>
        <translation>Noch keine MIDI-Nachricht; kein MIDI-Eingang ist offen.</translation>
    </message>
    <message>
        <source>The engine plays without MIDI: {}</source>
        <translation>Die Engine spielt ohne MIDI: {}</translation>
    </message>
    <message>
        <source>No MIDI message has arrived yet.</source>
        <translation>Noch keine MIDI-Nachricht.</translation>
    </message>
    <message>
        <source>{} in the last second</source>
        <translation>{} in der letzten Sekunde</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Choose a device</source>
        <translation>Gerät wählen</translation>
    </message>
    <message>
        <source>Play without a device</source>
        <translation>Ohne Gerät spielen</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>BarMeter</name>
    <message>
        <source>Level in dBFS: peak, RMS (brighter), peak hold, clipping</source>
        <translation>Pegel in dBFS: Spitze, RMS (heller), gehaltene Spitze, Übersteuerung</translation>
    </message>
</context>
<context>
    <name>BrowserPage</name>
    <message>
        <source>Favourites only</source>
        <translation>Nur Favoriten</translation>
    </message>
    <message>
        <source>About the plugin</source>
        <translation>Über das Plugin</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add it to the rack (double-click, or Enter)</source>
        <translation>Ins Rack einfügen (Doppelklick oder Enter)</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
    <message>
        <source>Rendering the preview; it plays when it is ready</source>
        <translation>Die Vorschau wird berechnet; sie spielt, sobald sie fertig ist</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>Datei öffnen …</translation>
    </message>
    <message>
        <source>Choose a plugin file on this machine</source>
        <translation>Eine Plugin-Datei auf diesem Rechner wählen</translation>
    </message>
    <message>
        <source>The engine is on another machine; it loads plugins from its own library</source>
        <translation>Die Engine läuft auf einem anderen Rechner: Sie lädt Plugins aus ihrer eigenen Bibliothek</translation>
    </message>
    <message>
        <source>This engine does not list its plugins; it is a different version. Open a file instead.</source>
        <translation>Diese Engine listet ihre Plugins nicht auf: Sie hat eine andere Version. Öffnen Sie stattdessen eine Datei.</translation>
    </message>
    <message>
        <source>Load it into slot {slot}, the selected one</source>
        <translation>In Slot {slot} laden, den ausgewählten</translation>
    </message>
    <message>
        <source>Nothing found for {}</source>
        <translation>Nichts gefunden für {}</translation>
    </message>
    <message>
        <source>No favourites yet: mark a plugin and click ★ below</source>
        <translation>Noch keine Favoriten: ein Plugin auswählen und unten ★ anklicken</translation>
    </message>
    <message>
        <source>Add to rack</source>
        <translation>Ins Rack einfügen</translation>
    </message>
    <message>
        <source>Replace the plugin in slot {}</source>
        <translation>Das Plugin in Slot {} ersetzen</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorhören</translation>
    </message>
    <message>
        <source>remove {} from the favourites</source>
        <translation>{} aus den Favoriten entfernen</translation>
    </message>
    <message>
        <source>add {} to the favourites</source>
        <translation>{} zu den Favoriten hinzufügen</translation>
    </message>
</context>
<context>
    <name>Control</name>
    <message>
        <source>RMS</source>
        <translation>RMS</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>linear in between</source>
        <translation>dazwischen linear</translation>
    </message>
    <message>
        <source>held in between</source>
        <translation>dazwischen gehalten</translation>
    </message>
    <message>
        <source>{}, default {}</source>
        <translation>{}, Vorgabe {}</translation>
    </message>
    <message>
        <source>generated by {}</source>
        <translation>erzeugt von {}</translation>
    </message>
    <message>
        <source>{} late</source>
        <translation>{} später</translation>
    </message>
    <message>
        <source>reacts within {}</source>
        <translation>reagiert innerhalb von {}</translation>
    </message>
    <message>
        <source>“{}” cannot be read. Possible: {}</source>
        <translation>„{}“ ist unverständlich. Möglich: {}</translation>
    </message>
    <message>
        <source>“{}” is out of range. Possible: {}</source>
        <translation>„{}“ liegt außerhalb. Möglich: {}</translation>
    </message>
</context>
<context>
    <name>ControlChoice</name>
    <message>
        <source>Master</source>
        <translation>Master</translation>
    </message>
</context>
<context>
    <name>ControlMenu</name>
    <message>
        <source>Controlled by</source>
        <translation>Gesteuert von</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo: {}</source>
        <translation>Rückgängig: {}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Redo: {}</source>
        <translation>Wiederholen: {}</translation>
    </message>
    <message>
        <source>Learn MIDI</source>
        <translation>MIDI lernen</translation>
    </message>
    <message>
        <source>Cancel MIDI learn</source>
        <translation>MIDI-Lernen abbrechen</translation>
    </message>
    <message>
        <source>Forget {}</source>
        <translation>{} vergessen</translation>
    </message>
    <message>
        <source>Edit mapping…</source>
        <translation>Zuordnung bearbeiten …</translation>
    </message>
    <message>
        <source>Modulate</source>
        <translation>Modulieren</translation>
    </message>
    <message>
        <source>To XY pad: X</source>
        <translation>Auf das XY-Pad: X</translation>
    </message>
    <message>
        <source>To XY pad: Y</source>
        <translation>Auf das XY-Pad: Y</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Type a value…</source>
        <translation>Wert eingeben …</translation>
    </message>
    <message>
        <source>Reset to {}</source>
        <translation>Zurücksetzen auf {}</translation>
    </message>
    <message>
        <source>Release to {}</source>
        <translation>An {} zurückgeben</translation>
    </message>
    <message>
        <source>Copy OSC address</source>
        <translation>OSC-Adresse kopieren</translation>
    </message>
    <message>
        <source>Copy OSC message</source>
        <translation>OSC-Nachricht kopieren</translation>
    </message>
    <message>
        <source>controlled by {}</source>
        <translation>gesteuert von {}</translation>
    </message>
</context>
<context>
    <name>ControlView</name>
    <message>
        <source>{}, value</source>
        <translation>{}, Wert</translation>
    </message>
    <message>
        <source>waiting for a MIDI control</source>
        <translation>wartet auf einen MIDI-Regler</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>{loss:.3f} {unit} in training</source>
        <translation>{loss:.3f} {unit} beim Trainieren</translation>
    </message>
    <message>
        <source>, {loss:.3f} held out</source>
        <translation>, {loss:.3f} zurückgehalten</translation>
    </message>
    <message>
        <source>Loss by step; lower is better. Thin line: the training recordings. Thick dotted line: the recordings held out</source>
        <translation>Verlust über die Schritte, weniger ist besser: dünn die Aufnahmen, mit denen trainiert wird, gepunktet und dick die zurückgehaltenen</translation>
    </message>
    <message>
        <source>step {}</source>
        <translation>Schritt {}</translation>
    </message>
</context>
<context>
    <name>Deck</name>
    <message>
        <source>Output level in dBFS: peak, RMS, peak hold</source>
        <translation>Ausgangspegel in dBFS: Spitze, RMS, gehaltene Spitze</translation>
    </message>
    <message>
        <source>No plugin is loaded. Add one from the browser, or drop a plugin file here.</source>
        <translation>Kein Plugin geladen. Fügen Sie eines aus dem Browser hinzu oder ziehen Sie seine Datei hierher.</translation>
    </message>
    <message>
        <source>Waiting for an engine at {}
If none is starting: rtsynth play PLUGIN</source>
        <translation>Warten auf eine Engine an {}
Wenn keine startet: rtsynth play PLUGIN</translation>
    </message>
</context>
<context>
    <name>Depths</name>
    <message>
        <source>LFO {}</source>
        <translation>LFO {}</translation>
    </message>
    <message>
        <source>Macro {}</source>
        <translation>Makro {}</translation>
    </message>
    <message>
        <source>Follower</source>
        <translation>Hüllkurvenfolger</translation>
    </message>
    <message>
        <source>Random walk</source>
        <translation>Zufallsbewegung</translation>
    </message>
    <message>
        <source>Modulation depth, as a share of the range; double-click: none</source>
        <translation>Modulationstiefe als Anteil des Wertebereichs; Doppelklick: keine</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>{} is mapped to {}</source>
        <translation>{} ist {} zugeordnet</translation>
    </message>
    <message>
        <source>nothing was learned for {}</source>
        <translation>nichts gelernt für {}</translation>
    </message>
    <message>
        <source>undone: {}</source>
        <translation>rückgängig gemacht: {}</translation>
    </message>
    <message>
        <source>redone: {}</source>
        <translation>wiederholt: {}</translation>
    </message>
    <message>
        <source>still in progress: {}</source>
        <translation>läuft noch: {}</translation>
    </message>
    <message>
        <source>remove {}</source>
        <translation>{} entfernen</translation>
    </message>
    <message>
        <source>rename {}</source>
        <translation>{} umbenennen</translation>
    </message>
    <message>
        <source>arrange the rack</source>
        <translation>Rack umordnen</translation>
    </message>
    <message>
        <source>The engine plays without MIDI: {}. Restart it once its machine has MIDI.</source>
        <translation>Die Engine spielt ohne MIDI: {}. Starten Sie sie neu, sobald ihr Rechner MIDI hat.</translation>
    </message>
    <message>
        <source>modulate {} by {}</source>
        <translation>{} mit {} modulieren</translation>
    </message>
    <message>
        <source>Copied {}</source>
        <translation>{} wurde kopiert</translation>
    </message>
    <message>
        <source>{} waits for MIDI, but no MIDI input is open (Esc: cancel)</source>
        <translation>{} wartet auf MIDI, aber kein MIDI-Eingang ist offen (Esc: abbrechen)</translation>
    </message>
    <message>
        <source>{} waits for MIDI, but the engine plays without it: {} (Esc: cancel)</source>
        <translation>{} wartet auf MIDI, aber die Engine spielt ohne: {} (Esc: abbrechen)</translation>
    </message>
    <message>
        <source>move a MIDI control for {} (Esc: cancel)</source>
        <translation>Bewegen Sie einen MIDI-Regler für {} (Esc: abbrechen)</translation>
    </message>
</context>
<context>
    <name>Dropping</name>
    <message>
        <source>{}: plugin folders and presets need an engine on this machine</source>
        <translation>{}: Plugin-Ordner und Presets brauchen eine Engine auf diesem Rechner</translation>
    </message>
    <message>
        <source>{} contains no plugins, presets or recordings</source>
        <translation>{}: enthält weder Plugins noch Presets noch Aufnahmen</translation>
    </message>
</context>
<context>
    <name>EngineSection</name>
    <message>
        <source>Audio device</source>
        <translation>Audiogerät</translation>
    </message>
    <message>
        <source>The device the engine plays through</source>
        <translation>Das Gerät, über das die Engine spielt</translation>
    </message>
    <message>
        <source>Sample rate</source>
        <translation>Abtastrate</translation>
    </message>
    <message>
        <source>Hz</source>
        <translation>Hz</translation>
    </message>
    <message>
        <source>Sample rate of the device; plugins are resampled to it</source>
        <translation>Abtastrate des Geräts; Plugins werden darauf umgerechnet</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>Frames</translation>
    </message>
    <message>
        <source>Frames per callback; smaller blocks react faster</source>
        <translation>Frames je Callback; kleinere Blöcke reagieren schneller</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Precision of the weights; fewer bits use less CPU</source>
        <translation>Genauigkeit der Gewichte; weniger Bit brauchen weniger Rechenzeit</translation>
    </message>
    <message>
        <source>Ahead</source>
        <translation>Vorlauf</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>Audio computed in advance, to avoid dropouts</source>
        <translation>Im Voraus berechneter Klang, gegen Aussetzer</translation>
    </message>
    <message>
        <source>MIDI input</source>
        <translation>MIDI-Eingang</translation>
    </message>
    <message>
        <source>Which MIDI inputs are used</source>
        <translation>Welche MIDI-Eingänge benutzt werden</translation>
    </message>
    <message>
        <source>Voices</source>
        <translation>Stimmen</translation>
    </message>
    <message>
        <source>Polyphony of plugins loaded from now on; slots that are playing keep theirs</source>
        <translation>Stimmenzahl von Plugins, die von jetzt an geladen werden; Slots, die spielen, behalten ihre</translation>
    </message>
    <message>
        <source>OSC port</source>
        <translation>OSC-Port</translation>
    </message>
    <message>
        <source>The port the engine listens on; this window follows it</source>
        <translation>Wo die Engine zuhört; dieses Fenster folgt ihr</translation>
    </message>
    <message>
        <source>OSC from</source>
        <translation>OSC von</translation>
    </message>
    <message>
        <source>Other machines that may control the engine, as addresses separated by commas, such as 192.168.1.20 or 192.168.1.0/24. Empty: this machine only</source>
        <translation>Adressen anderer Rechner, die die Engine über das Netz spielen dürfen, etwa 192.168.1.20 oder 192.168.1.0/24, mit Kommas dazwischen. Leer: nur dieser Rechner</translation>
    </message>
    <message>
        <source>float32 (exact)</source>
        <translation>float32 (genau)</translation>
    </message>
    <message>
        <source>int8 (faster)</source>
        <translation>int8 (schneller)</translation>
    </message>
    <message>
        <source>int4 (fastest)</source>
        <translation>int4 (am schnellsten)</translation>
    </message>
    <message>
        <source>All inputs</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keiner</translation>
    </message>
    <message>
        <source>Virtual port</source>
        <translation>Virtueller Port</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Restart the engine</source>
        <translation>Engine neu starten</translation>
    </message>
    <message>
        <source>Silent for a few seconds; slots, mappings and modulation are kept</source>
        <translation>Einige Sekunden Stille; Slots, Zuordnungen und Modulation bleiben</translation>
    </message>
    <message>
        <source>Rescan</source>
        <translation>Neu suchen</translation>
    </message>
    <message>
        <source>Lists the devices and MIDI inputs connected now</source>
        <translation>Listet die Geräte und MIDI-Eingänge auf, die jetzt angeschlossen sind</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Fills in the settings without those kept on this computer; restart the engine to use them and to forget the others</source>
        <translation>Trägt die Einstellungen ohne die auf diesem Rechner gespeicherten ein; ein Neustart der Engine verwendet sie und vergisst die anderen</translation>
    </message>
    <message>
        <source>These settings are kept on this computer for the next start.</source>
        <translation>Diese Einstellungen bleiben auf diesem Rechner für den nächsten Start gespeichert.</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>dieser Rechner</translation>
    </message>
    <message>
        <source>The engine kept its previous settings: {reason}</source>
        <translation>Die Engine behält ihre bisherigen Einstellungen: {reason}</translation>
    </message>
    <message>
        <source>The engine is restarting…</source>
        <translation>Die Engine startet neu …</translation>
    </message>
    <message>
        <source>No engine answers.</source>
        <translation>Keine Engine antwortet.</translation>
    </message>
    <message>
        <source>The engine is on another machine; restart it there.</source>
        <translation>Die Engine läuft auf einem anderen Rechner: dort neu starten.</translation>
    </message>
    <message>
        <source>Asking the engine for its settings…</source>
        <translation>Die Engine wird nach ihren Einstellungen gefragt …</translation>
    </message>
    <message>
        <source>This engine does not report its settings.</source>
        <translation>Diese Engine meldet ihre Einstellungen nicht.</translation>
    </message>
    <message>
        <source>This engine was started by rtsynth serve, which cannot restart it. Stop it and use rtsynth play instead.</source>
        <translation>rtsynth serve hat diese Engine gestartet, und nichts würde sie neu starten: beenden und stattdessen rtsynth play starten.</translation>
    </message>
    <message>
        <source>No device (silent)</source>
        <translation>Kein Gerät (stumm)</translation>
    </message>
    <message>
        <source>Restarting the engine…</source>
        <translation>Die Engine wird neu gestartet …</translation>
    </message>
    <message>
        <source>A port is a whole number from {} to {}</source>
        <translation>Ein Port ist eine ganze Zahl von {} bis {}</translation>
    </message>
    <message>
        <source>{} is not an address; give one such as 192.168.1.20</source>
        <translation>{} ist keine Adresse; geben Sie eine wie 192.168.1.20 an</translation>
    </message>
    <message>
        <source>{} would let in nearly every machine; give a smaller network</source>
        <translation>{} ließe fast jeden Rechner herein; geben Sie ein kleineres Netz an</translation>
    </message>
</context>
<context>
    <name>EngineWords</name>
    <message>
        <source>output level</source>
        <translation>Ausgangspegel</translation>
    </message>
    <message>
        <source>0 is the most probable</source>
        <translation>0 ist der wahrscheinlichste</translation>
    </message>
    <message>
        <source>0 keeps every code</source>
        <translation>0 behält jeden Code</translation>
    </message>
    <message>
        <source>from silence to the top of a note</source>
        <translation>von der Stille bis zum Höchstwert einer Note</translation>
    </message>
    <message>
        <source>from the top to the sustain</source>
        <translation>vom Höchstwert bis zum Haltepegel</translation>
    </message>
    <message>
        <source>share that a held note keeps</source>
        <translation>Anteil, den eine gehaltene Note behält</translation>
    </message>
    <message>
        <source>from the end of a note to silence</source>
        <translation>vom Ende einer Note bis zur Stille</translation>
    </message>
    <message>
        <source>from the pitch of one note to that of the next</source>
        <translation>von der Tonhöhe einer Note zu der der nächsten</translation>
    </message>
    <message>
        <source>of the beat that LFOs follow</source>
        <translation>des Takts, dem LFOs folgen</translation>
    </message>
    <message>
        <source>cycles in a second</source>
        <translation>Perioden in einer Sekunde</translation>
    </message>
    <message>
        <source>of a cycle; 0: by its rate</source>
        <translation>einer Periode; 0: nach ihrer Rate</translation>
    </message>
    <message>
        <source>saw falls, ramp rises</source>
        <translation>Saw fällt, Ramp steigt</translation>
    </message>
    <message>
        <source>where a cycle begins</source>
        <translation>wo eine Periode beginnt</translation>
    </message>
    <message>
        <source>a note begins a cycle (not of beats)</source>
        <translation>eine Note beginnt eine Periode (nicht bei Taktschlägen)</translation>
    </message>
    <message>
        <source>whose level is followed; -1: the voice&apos;s</source>
        <translation>wessen Pegel gefolgt wird; -1: dem der Stimme</translation>
    </message>
    <message>
        <source>added to what is followed</source>
        <translation>wird zu dem addiert, dem gefolgt wird</translation>
    </message>
    <message>
        <source>of the follower, to a louder sound</source>
        <translation>des Folgers, zu einem lauteren Klang</translation>
    </message>
    <message>
        <source>of the follower, to a softer sound</source>
        <translation>des Folgers, zu einem leiseren Klang</translation>
    </message>
    <message>
        <source>points of the random walk in a second</source>
        <translation>Punkte der Zufallsbewegung in einer Sekunde</translation>
    </message>
    <message>
        <source>moves what is assigned to it</source>
        <translation>bewegt, was ihm zugewiesen ist</translation>
    </message>
    <message>
        <source>-1 left, 0 centre, 1 right, at constant power</source>
        <translation>-1 links, 0 Mitte, 1 rechts, bei gleicher Leistung</translation>
    </message>
    <message>
        <source>level of the mix; -60 is silence</source>
        <translation>Pegel der Mischung; -60 ist Stille</translation>
    </message>
    <message>
        <source>1 overrides {}, 0 releases it</source>
        <translation>1 übersteuert {}, 0 gibt es frei</translation>
    </message>
    <message>
        <source>added to {}</source>
        <translation>wird zu {} addiert</translation>
    </message>
    <message>
        <source>factor applied to what layer {} of {} passes on; 0 mutes it</source>
        <translation>Faktor für das, was Schicht {} von {} weitergibt; 0 schaltet sie stumm</translation>
    </message>
    <message>
        <source>noise added to what layer {} of {} passes on: its standard deviation</source>
        <translation>Rauschen, das zu dem kommt, was Schicht {} von {} weitergibt: seine Standardabweichung</translation>
    </message>
    <message>
        <source>factor applied to {}</source>
        <translation>Faktor für {}</translation>
    </message>
    <message>
        <source>{} stands still: it gives what it gave last</source>
        <translation>{} steht still: Es gibt, was es zuletzt gab</translation>
    </message>
    <message>
        <source>of the loop, {} ms each</source>
        <translation>der Schleife, je {} ms</translation>
    </message>
    <message>
        <source>sharpness of the draws of {}: higher is calmer</source>
        <translation>Schärfe der Ziehungen von {}: höher ist ruhiger</translation>
    </message>
    <message>
        <source>no audio output device was found</source>
        <translation>Kein Audio-Ausgabegerät gefunden</translation>
    </message>
    <message>
        <source>no sound output for previews: no audio device was found</source>
        <translation>keine Tonausgabe für Hörproben: es wurde kein Audiogerät gefunden</translation>
    </message>
    <message>
        <source>no sound output for previews: {}</source>
        <translation>keine Tonausgabe für Hörproben: {}</translation>
    </message>
    <message>
        <source>{} ({}) is not there</source>
        <translation>{} ({}) ist nicht da</translation>
    </message>
    <message>
        <source>no ALSA sequencer ({}) on this machine</source>
        <translation>Kein ALSA-Sequencer ({}) auf diesem Rechner</translation>
    </message>
    <message>
        <source>no MIDI: {}</source>
        <translation>Kein MIDI: {}</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bit</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>Nat</translation>
    </message>
    <message>
        <source>validation {}, test {} bits per sample at step {} of {}</source>
        <translation>Validierung {}, Test {} Bit pro Sample bei Schritt {} von {}</translation>
    </message>
    <message>
        <source>validation {} bits per sample at step {} of {}</source>
        <translation>Validierung {} Bit pro Sample bei Schritt {} von {}</translation>
    </message>
    <message>
        <source>{} bits per sample held out, {} steps</source>
        <translation>{} Bit pro Sample bei zurückgehaltenen Aufnahmen, {} Schritte</translation>
    </message>
    <message>
        <source>{} nats per sample held out, {} steps</source>
        <translation>{} Nat pro Sample bei zurückgehaltenen Aufnahmen, {} Schritte</translation>
    </message>
    <message>
        <source>{} bits held out, {} steps</source>
        <translation>{} Bit bei zurückgehaltenen Aufnahmen, {} Schritte</translation>
    </message>
    <message>
        <source>{} nats held out, {} steps</source>
        <translation>{} Nat bei zurückgehaltenen Aufnahmen, {} Schritte</translation>
    </message>
</context>
<context>
    <name>EnvelopeLine</name>
    <message>
        <source>Shape of the envelope</source>
        <translation>Form der Hüllkurve</translation>
    </message>
    <message>
        <source>Drag a corner (Shift or Ctrl: fine); double-click: reset</source>
        <translation>Ecke ziehen (Umschalt oder Strg: fein); Doppelklick: zurücksetzen</translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>Write to file…</source>
        <translation>In Datei…</translation>
    </message>
    <message>
        <source>Read from file…</source>
        <translation>Aus Datei…</translation>
    </message>
    <message>
        <source>File that the states are written to</source>
        <translation>Datei, in die die Zustände geschrieben werden</translation>
    </message>
    <message>
        <source>File of states</source>
        <translation>Datei mit Zuständen</translation>
    </message>
    <message>
        <source>only on the machine that runs the engine</source>
        <translation>nur auf dem Rechner, auf dem die Engine läuft</translation>
    </message>
</context>
<context>
    <name>FoldersButton</name>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folders of plugins and presets; you can also drop them here</source>
        <translation>Ordner mit Plugins und Presets; Sie können sie auch hierher ziehen</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Remove {folder}</source>
        <translation>{folder} entfernen</translation>
    </message>
    <message>
        <source>Add a folder of plugins and presets</source>
        <translation>Ordner mit Plugins und Presets hinzufügen</translation>
    </message>
</context>
<context>
    <name>GateLine</name>
    <message>
        <source>Play</source>
        <translation>Spielen</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>Still</translation>
    </message>
    <message>
        <source>No keys: this plugin has no pitch. Hold any letter key to play it.</source>
        <translation>Keine Tasten: Dieses Plugin hat keine Tonhöhe. Jeder Buchstabe spielt es, solange er gedrückt ist.</translation>
    </message>
    <message>
        <source>Silent since a note has ended; Play resumes the sound.</source>
        <translation>Still, seit eine Note geendet hat; Spielen lässt es weiter klingen.</translation>
    </message>
    <message>
        <source>Silent since Panic; Play or Reset resumes the sound.</source>
        <translation>Still seit Panik; Spielen oder Reset lässt es weiter klingen.</translation>
    </message>
    <message>
        <source>Silent; Play resumes the sound.</source>
        <translation>Still; Spielen lässt es weiter klingen.</translation>
    </message>
</context>
<context>
    <name>GeneratedBox</name>
    <message>
        <source>Offset and scale</source>
        <translation>Versatz und Skalierung</translation>
    </message>
    <message>
        <source>{}, offset and scale</source>
        <translation>{}, Versatz und Skalierung</translation>
    </message>
</context>
<context>
    <name>GeneratedRow</name>
    <message>
        <source>Overridden by hand. Release it to let {} control it again</source>
        <translation>Von Hand übersteuert. Freigeben: {} steuert ihn wieder</translation>
    </message>
    <message>
        <source>Release {}</source>
        <translation>{} freigeben</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>clear</source>
        <translation>auf 0</translation>
    </message>
    <message>
        <source>Count underruns from now on</source>
        <translation>Aussetzer ab jetzt zählen</translation>
    </message>
    <message>
        <source>Reset the count of underruns</source>
        <translation>Zähler der Aussetzer zurücksetzen</translation>
    </message>
    <message>
        <source>Lit while {} arrives; click to show the messages</source>
        <translation>Leuchtet, solange {} ankommt; ein Klick zeigt die Nachrichten</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Settings ({keys})</source>
        <translation>Einstellungen ({keys})</translation>
    </message>
    <message>
        <source>empty slot</source>
        <translation>leerer Slot</translation>
    </message>
    <message>
        <source>{} kHz model</source>
        <translation>Modell mit {} kHz</translation>
    </message>
    <message>
        <source>No engine at {}</source>
        <translation>Keine Engine unter {}</translation>
    </message>
    <message>
        <source>The engine is restarting…</source>
        <translation>Die Engine startet neu …</translation>
    </message>
    <message>
        <source>The engine stopped. Starting it again…</source>
        <translation>Die Engine wurde beendet. Sie wird neu gestartet …</translation>
    </message>
    <message>
        <source>null device (no sound)</source>
        <translation>Null-Gerät (kein Ton)</translation>
    </message>
    <message>
        <source>no sound: waiting for {}</source>
        <translation>kein Ton: warte auf {}</translation>
    </message>
    <message>
        <source>no sound: {} accepts none</source>
        <translation>kein Ton: {} nimmt keinen an</translation>
    </message>
    <message>
        <source>{} frames</source>
        <translation>{} Frames</translation>
    </message>
    <message>
        <source>{} latency</source>
        <translation>{} Latenz</translation>
    </message>
</context>
<context>
    <name>Inbox</name>
    <message>
        <source>{} is out of the plugin&apos;s range; {} plays instead</source>
        <translation>{} liegt außerhalb des Bereichs des Plugins; stattdessen klingt {}</translation>
    </message>
</context>
<context>
    <name>Keeper</name>
    <message>
        <source>Presets</source>
        <translation>Presets</translation>
    </message>
    <message>
        <source>New preset</source>
        <translation>Neues Preset</translation>
    </message>
    <message>
        <source>Name of a new preset</source>
        <translation>Name eines neuen Presets</translation>
    </message>
    <message>
        <source>Save as a preset; without a name it gets the next number</source>
        <translation>Als Preset speichern; ohne Namen unter der nächsten Nummer</translation>
    </message>
    <message>
        <source>No presets yet. Type a name below and press Enter.</source>
        <translation>Noch keine Presets. Unten einen Namen eingeben und Enter drücken.</translation>
    </message>
    <message>
        <source>Sets</source>
        <translation>Sets</translation>
    </message>
    <message>
        <source>New set</source>
        <translation>Neues Set</translation>
    </message>
    <message>
        <source>Name of a new set</source>
        <translation>Name eines neuen Sets</translation>
    </message>
    <message>
        <source>Save as a set; without a name it gets the next number</source>
        <translation>Als Set speichern; ohne Namen unter der nächsten Nummer</translation>
    </message>
    <message>
        <source>A set keeps everything: plugins, values, mixer, mappings. Type a name below and press Enter.</source>
        <translation>Ein Set speichert alles: Plugins, Werte, Mixer, Zuordnungen. Unten einen Namen eingeben und Enter drücken.</translation>
    </message>
    <message>
        <source>States</source>
        <translation>Zustände</translation>
    </message>
    <message>
        <source>New state</source>
        <translation>Neuer Zustand</translation>
    </message>
    <message>
        <source>Name of a new state</source>
        <translation>Name eines neuen Zustands</translation>
    </message>
    <message>
        <source>Keep what the network is now; without a name it gets the next number</source>
        <translation>Den jetzigen Zustand des Netzes merken; ohne Namen bekommt er die nächste Nummer</translation>
    </message>
    <message>
        <source>A state is what the network is at a moment; no control is part of it. Save one below, and click it to return there.</source>
        <translation>Ein Zustand ist, was das Netz in einem Moment ist; Regler gehören nicht dazu. Unten einen speichern, dann per Klick dorthin zurückkehren.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>{}: only on the machine that runs the engine</source>
        <translation>{}: nur auf dem Rechner, auf dem die Engine läuft</translation>
    </message>
    <message>
        <source>this engine has none; it is a different version</source>
        <translation>Diese Engine hat keine: Sie hat eine andere Version</translation>
    </message>
</context>
<context>
    <name>Keyboard</name>
    <message>
        <source>Keyboard</source>
        <translation>Klaviatur</translation>
    </message>
    <message>
        <source>Play with the mouse (higher is softer) or the letters on the keys. {down} and {up}, or &lt; and &gt;: octave down and up. Esc: release; twice: panic</source>
        <translation>Spielen: mit der Maus (weiter oben ist leiser) oder mit den Buchstaben auf den Tasten. {down} und {up} oder &lt; und &gt;: eine Oktave tiefer und höher. Escape: loslassen; zweimal: Panik</translation>
    </message>
</context>
<context>
    <name>Lamp</name>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
</context>
<context>
    <name>Launch</name>
    <message>
        <source>{}: there is such a run already; start the training again</source>
        <translation>{}: Diesen Lauf gibt es schon; starten Sie das Training erneut</translation>
    </message>
    <message>
        <source>{}: cannot be made a folder ({})</source>
        <translation>{}: Der Ordner kann nicht angelegt werden ({})</translation>
    </message>
    <message>
        <source>{}: cannot be started in {} ({})</source>
        <translation>{}: kann in {} nicht gestartet werden ({})</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Level in dBFS: peak, RMS (brighter) and peak hold</source>
        <translation>Pegel in dBFS: Spitze, RMS (heller) und gehaltene Spitze</translation>
    </message>
</context>
<context>
    <name>LfoLine</name>
    <message>
        <source>Beats decide how long a cycle is. At 0 beats the rate does.</source>
        <translation>Beats bestimmen, wie lang ein Zyklus ist. Bei 0 Beats tut es die Rate.</translation>
    </message>
</context>
<context>
    <name>Library</name>
    <message>
        <source>add the folder {}</source>
        <translation>Ordner {} hinzufügen</translation>
    </message>
    <message>
        <source>remove the folder {}</source>
        <translation>Ordner {} entfernen</translation>
    </message>
</context>
<context>
    <name>ListenButton</name>
    <message>
        <source>Preview</source>
        <translation>Vorhören</translation>
    </message>
    <message>
        <source>Hear what it sounds like, alongside the engine (space bar)</source>
        <translation>Anhören, wie es klingt, neben der Engine (Leertaste)</translation>
    </message>
    <message>
        <source>Rendering; press to stop</source>
        <translation>Wird berechnet; drücken zum Abbrechen</translation>
    </message>
    <message>
        <source>Stop the preview</source>
        <translation>Vorhören beenden</translation>
    </message>
</context>
<context>
    <name>Listing</name>
    <message>
        <source>MIDI mappings</source>
        <translation>MIDI-Zuordnungen</translation>
    </message>
</context>
<context>
    <name>LoadMeter</name>
    <message>
        <source>Engine load</source>
        <translation>Last der Engine</translation>
    </message>
    <message>
        <source>Share of real time the engine needs to compute, and underruns since the last reset</source>
        <translation>Anteil der Echtzeit, den die Engine zum Rechnen braucht, und Aussetzer seit dem letzten Reset</translation>
    </message>
    <message>
        <source>1 xrun</source>
        <translation>1 Aussetzer</translation>
    </message>
    <message>
        <source>{} xruns</source>
        <translation>{} Aussetzer</translation>
    </message>
    <message>
        <source>load {} %</source>
        <translation>Last {} %</translation>
    </message>
</context>
<context>
    <name>Loading</name>
    <message>
        <source>Open plugin</source>
        <translation>Plugin öffnen</translation>
    </message>
    <message>
        <source>Open plugin in place of {}</source>
        <translation>Plugin anstelle von {} öffnen</translation>
    </message>
    <message>
        <source>rtsynth plugins ({})</source>
        <translation>rtsynth-Plugins ({})</translation>
    </message>
    <message>
        <source>{} is loaded</source>
        <translation>{} ist geladen</translation>
    </message>
    <message>
        <source>recall preset {}</source>
        <translation>Preset {} abrufen</translation>
    </message>
    <message>
        <source>load {}</source>
        <translation>{} laden</translation>
    </message>
    <message>
        <source>follow {}</source>
        <translation>{} folgen</translation>
    </message>
    <message>
        <source>the engine is on another machine; it loads plugins from its own library</source>
        <translation>Die Engine läuft auf einem anderen Rechner: Sie lädt Plugins aus ihrer eigenen Bibliothek</translation>
    </message>
    <message>
        <source>all {} slots are in use; remove one first</source>
        <translation>Alle {} Slots sind belegt; entfernen Sie zuerst einen</translation>
    </message>
    <message>
        <source>loading {}</source>
        <translation>lade {}</translation>
    </message>
</context>
<context>
    <name>Mapping</name>
    <message>
        <source>CC {}</source>
        <translation>CC {}</translation>
    </message>
    <message>
        <source>CC {} (14 bits)</source>
        <translation>CC {} (14 Bit)</translation>
    </message>
    <message>
        <source>NRPN {}</source>
        <translation>NRPN {}</translation>
    </message>
    <message>
        <source>Note {}</source>
        <translation>Note {}</translation>
    </message>
    <message>
        <source>Program {}</source>
        <translation>Programm {}</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>Kanaldruck</translation>
    </message>
    <message>
        <source>Key pressure</source>
        <translation>Tastendruck</translation>
    </message>
    <message>
        <source>Pitch bend</source>
        <translation>Pitchbend</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Exponential</source>
        <translation>Exponentiell</translation>
    </message>
    <message>
        <source>Volume (dB)</source>
        <translation>Lautstärke (dB)</translation>
    </message>
    <message>
        <source>Jump</source>
        <translation>Springen</translation>
    </message>
    <message>
        <source>Pick up</source>
        <translation>Abholen</translation>
    </message>
    <message>
        <source>Scaled</source>
        <translation>Skaliert</translation>
    </message>
    <message>
        <source>Absolute</source>
        <translation>Absolut</translation>
    </message>
    <message>
        <source>Two&apos;s complement</source>
        <translation>Zweierkomplement</translation>
    </message>
    <message>
        <source>Offset 64</source>
        <translation>Versatz 64</translation>
    </message>
    <message>
        <source>Sign-magnitude</source>
        <translation>Vorzeichen und Betrag</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>While pressed</source>
        <translation>Solange gedrückt</translation>
    </message>
    <message>
        <source>Toggle</source>
        <translation>Umschalten</translation>
    </message>
    <message>
        <source>Curve</source>
        <translation>Kurve</translation>
    </message>
    <message>
        <source>Takeover</source>
        <translation>Übernahme</translation>
    </message>
    <message>
        <source>Encoder</source>
        <translation>Endlosregler</translation>
    </message>
    <message>
        <source>Button mode</source>
        <translation>Tastenart</translation>
    </message>
    <message>
        <source>How the control travels its range</source>
        <translation>Wie der Bereich durchlaufen wird</translation>
    </message>
    <message>
        <source>When knob and value differ. Jump: the value jumps to the knob. Pick up: nothing moves until the knob passes the value. Scaled: both reach the end of the range together</source>
        <translation>Wenn der Regler woanders steht als der Wert. Springen: Der Wert geht zum Regler. Abholen: Nichts bewegt sich, bis der Regler am Wert vorbeikommt. Skaliert: Beide erreichen ein Ende gemeinsam</translation>
    </message>
    <message>
        <source>How an endless encoder sends its steps (7 bits)</source>
        <translation>Wie ein Endlosregler seine Schritte sendet, in 7 Bit</translation>
    </message>
    <message>
        <source>What a pad or button does. Default: a note counts while pressed; anything else sets a position</source>
        <translation>Was ein Pad oder ein Taster bewirkt. Standard: Eine Note gilt, solange sie gedrückt ist; alles andere ist eine Position</translation>
    </message>
    <message>
        <source>Learned</source>
        <translation>Gelernt</translation>
    </message>
    <message>
        <source>From the map file</source>
        <translation>Aus der Zuordnungsdatei</translation>
    </message>
</context>
<context>
    <name>MappingForm</name>
    <message>
        <source>The control it moves</source>
        <translation>Der Regler, den es bewegt</translation>
    </message>
    <message>
        <source>Moves</source>
        <translation>Bewegt</translation>
    </message>
    <message>
        <source>Control</source>
        <translation>Regler</translation>
    </message>
    <message>
        <source>any channel</source>
        <translation>jeder Kanal</translation>
    </message>
    <message>
        <source>channel {}</source>
        <translation>Kanal {}</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>any port</source>
        <translation>jeder Anschluss</translation>
    </message>
    <message>
        <source>Part of the name of the MIDI input; empty: any</source>
        <translation>Teil des Namens des MIDI-Eingangs; leer: jeder</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Anschluss</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Inverted</source>
        <translation>Umgekehrt</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Percent of the range for each encoder step</source>
        <translation>Prozent des Bereichs, um die ein Schritt des Endlosreglers bewegt</translation>
    </message>
    <message>
        <source>Step (%)</source>
        <translation>Schritt (%)</translation>
    </message>
    <message>
        <source>Value at the low end</source>
        <translation>Wert am unteren Ende</translation>
    </message>
    <message>
        <source>Value at the high end</source>
        <translation>Wert am oberen Ende</translation>
    </message>
    <message>
        <source>Only for ranges above 0</source>
        <translation>Nur für Bereiche über 0</translation>
    </message>
    <message>
        <source>Only for levels in dB</source>
        <translation>Nur für Pegel in dB</translation>
    </message>
</context>
<context>
    <name>MappingPage</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search mappings</source>
        <translation>Zuordnungen suchen</translation>
    </message>
    <message>
        <source>Learn again</source>
        <translation>Neu lernen</translation>
    </message>
    <message>
        <source>The next MIDI control you move replaces it</source>
        <translation>Der nächste MIDI-Regler, der sich bewegt, tritt an seine Stelle</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Maps a free CC to a control; change both in the form</source>
        <translation>Ordnet einen freien CC einem Regler zu; beides lässt sich im Formular ändern</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>This engine does not list its mappings; it is a different version.</source>
        <translation>Diese Engine listet keine Zuordnungen auf: Sie hat eine andere Version.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Removes the learned mapping</source>
        <translation>Entfernt die gelernte Zuordnung</translation>
    </message>
    <message>
        <source>Only learned mappings can be deleted</source>
        <translation>Nur Gelerntes lässt sich hier löschen</translation>
    </message>
    <message>
        <source>Nothing is mapped. Right-click a control: Learn MIDI.</source>
        <translation>Nichts ist zugeordnet. Rechtsklick auf einen Regler: MIDI lernen.</translation>
    </message>
    <message>
        <source>No mapping matches “{}”.</source>
        <translation>Keine Zuordnung passt zu „{}“.</translation>
    </message>
    <message>
        <source>Choose a mapping to change it.</source>
        <translation>Wählen Sie eine Zuordnung, um sie zu ändern.</translation>
    </message>
    <message>
        <source>A change is kept as a learned mapping, which takes precedence over this one.</source>
        <translation>Eine Änderung gilt als gelernte Zuordnung und geht dieser vor.</translation>
    </message>
    <message>
        <source>Applies to every slot; a change here applies to this slot only.</source>
        <translation>Für alle Slots. Was Sie hier ändern, gilt für diesen allein.</translation>
    </message>
    <message>
        <source>Not mapped yet. Move a MIDI control to map it.</source>
        <translation>Noch nicht zugeordnet. Bewegen Sie einen MIDI-Regler, um ihn zuzuordnen.</translation>
    </message>
    <message>
        <source>change mapping of {}</source>
        <translation>Zuordnung von {} ändern</translation>
    </message>
    <message>
        <source>The mapping of {} was deleted</source>
        <translation>Die Zuordnung von {} wurde gelöscht</translation>
    </message>
</context>
<context>
    <name>MasterStrip</name>
    <message>
        <source>Master</source>
        <translation>Master</translation>
    </message>
</context>
<context>
    <name>Monitor</name>
    <message>
        <source>Nothing has arrived since this list was cleared.</source>
        <translation>Seit die Liste geleert wurde, ist nichts angekommen.</translation>
    </message>
    <message>
        <source>Newest at the top.</source>
        <translation>Die neueste steht oben.</translation>
    </message>
    <message>
        <source>✕ refused: {}</source>
        <translation>✕ abgelehnt: {}</translation>
    </message>
</context>
<context>
    <name>Morph</name>
    <message>
        <source>Morph</source>
        <translation>Morph</translation>
    </message>
    <message>
        <source>Share of the preset at the right end</source>
        <translation>Anteil des Presets am rechten Ende</translation>
    </message>
    <message>
        <source>Preset at the left end</source>
        <translation>Preset am linken Ende</translation>
    </message>
    <message>
        <source>Preset at the right end</source>
        <translation>Preset am rechten Ende</translation>
    </message>
    <message>
        <source>Save two presets first</source>
        <translation>Speichern Sie zwei Presets</translation>
    </message>
    <message>
        <source>Moves all controls from one preset to the other</source>
        <translation>Bewegt alle Regler von einem Preset zum anderen</translation>
    </message>
    <message>
        <source>Share of the state at the right end</source>
        <translation>Anteil des Zustands am rechten Ende</translation>
    </message>
    <message>
        <source>State at the left end</source>
        <translation>Zustand am linken Ende</translation>
    </message>
    <message>
        <source>State at the right end</source>
        <translation>Zustand am rechten Ende</translation>
    </message>
    <message>
        <source>Save two states first</source>
        <translation>Zuerst zwei Zustände speichern</translation>
    </message>
    <message>
        <source>Puts back what is between the two states</source>
        <translation>Versetzt das Netz in einen Zustand zwischen den beiden</translation>
    </message>
</context>
<context>
    <name>NameField</name>
    <message>
        <source>Name of the slot</source>
        <translation>Name des Slots</translation>
    </message>
</context>
<context>
    <name>NameList</name>
    <message>
        <source>Recall</source>
        <translation>Abrufen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>NameRule</name>
    <message>
        <source>{name} is what Windows calls a device: choose another name</source>
        <translation>{name} heißt bei Windows ein Gerät: einen anderen Namen wählen</translation>
    </message>
    <message>
        <source>{name} is too long: it has {size} bytes, and the limit is {most}; an emoji has 4 or more</source>
        <translation>{name} ist zu lang: {size} Byte, erlaubt sind {most}; ein Emoji hat 4 oder mehr</translation>
    </message>
    <message>
        <source>{name} is no name: give 1 to {longest} characters, none of {signs}, and no dot or space at the ends</source>
        <translation>{name} ist kein Name: 1 bis {longest} Zeichen, keines von {signs}, und weder Punkt noch Leerzeichen an den Enden</translation>
    </message>
</context>
<context>
    <name>NetworkPage</name>
    <message>
        <source>Voice that is shown</source>
        <translation>Angezeigte Stimme</translation>
    </message>
    <message>
        <source>The voice of the slot that is shown</source>
        <translation>Welche Stimme des Slots gezeigt wird</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
    <message>
        <source>No plugin is loaded.</source>
        <translation>Kein Plugin geladen.</translation>
    </message>
    <message>
        <source>This engine does not report its networks; it is a different version.</source>
        <translation>Diese Engine zeigt ihre Netzwerke nicht: Sie hat eine andere Version.</translation>
    </message>
    <message>
        <source>first sounding</source>
        <translation>die erste, die klingt</translation>
    </message>
</context>
<context>
    <name>Octaves</name>
    <message>
        <source>Octave up</source>
        <translation>Oktave höher</translation>
    </message>
    <message>
        <source>Octave down</source>
        <translation>Oktave tiefer</translation>
    </message>
    <message>
        <source>{text}: what the letters play (key {letter})</source>
        <translation>{text}: was die Buchstaben spielen (Taste {letter})</translation>
    </message>
</context>
<context>
    <name>Parameters</name>
    <message>
        <source>Control that {} moves</source>
        <translation>Regler, den {} bewegt</translation>
    </message>
    <message>
        <source>What the pad moves along {}</source>
        <translation>Was das Pad entlang {} bewegt</translation>
    </message>
    <message>
        <source>Choose what X and Y move: below, or in the context menu of any control</source>
        <translation>Wählen Sie, was X und Y bewegen: unten oder im Kontextmenü jedes Reglers</translation>
    </message>
</context>
<context>
    <name>PluginDetails</name>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>Trainiert mit</translation>
    </message>
    <message>
        <source>Licence of the recordings</source>
        <translation>Lizenz der Aufnahmen</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Erstellt von</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Anmerkungen</translation>
    </message>
    <message>
        <source>Preset of {}</source>
        <translation>Preset von {}</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>{} generated</source>
        <translation>{} erzeugte</translation>
    </message>
</context>
<context>
    <name>PluginList</name>
    <message>
        <source>Plugins</source>
        <translation>Plugins</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Slot whose presets are blended</source>
        <translation>Slot, dessen Presets gemischt werden</translation>
    </message>
    <message>
        <source>Slot</source>
        <translation>Slot</translation>
    </message>
    <message>
        <source>top left</source>
        <translation>oben links</translation>
    </message>
    <message>
        <source>top right</source>
        <translation>oben rechts</translation>
    </message>
    <message>
        <source>bottom left</source>
        <translation>unten links</translation>
    </message>
    <message>
        <source>bottom right</source>
        <translation>unten rechts</translation>
    </message>
    <message>
        <source>Preset at the {}</source>
        <translation>Preset {}</translation>
    </message>
    <message>
        <source>Save at least two presets of this plugin first</source>
        <translation>Speichern Sie mindestens zwei Presets dieses Plugins (Presets)</translation>
    </message>
    <message>
        <source>Choose the corner presets below</source>
        <translation>Wählen Sie unten die Presets an den Ecken</translation>
    </message>
    <message>
        <source>blend presets</source>
        <translation>Presets mischen</translation>
    </message>
</context>
<context>
    <name>PresetsPage</name>
    <message>
        <source>Previous preset</source>
        <translation>Voriges Preset</translation>
    </message>
    <message>
        <source>Next preset</source>
        <translation>Nächstes Preset</translation>
    </message>
    <message>
        <source>recall preset {}</source>
        <translation>Preset {} abrufen</translation>
    </message>
    <message>
        <source>recall the previous preset</source>
        <translation>vorheriges Preset abrufen</translation>
    </message>
    <message>
        <source>recall the next preset</source>
        <translation>nächstes Preset abrufen</translation>
    </message>
    <message>
        <source>save preset {}</source>
        <translation>Preset {} speichern</translation>
    </message>
    <message>
        <source>rename preset {}</source>
        <translation>Preset {} umbenennen</translation>
    </message>
    <message>
        <source>delete preset {}</source>
        <translation>Preset {} löschen</translation>
    </message>
    <message>
        <source>{} is saved</source>
        <translation>{} ist gespeichert</translation>
    </message>
    <message>
        <source>{} is now called {}</source>
        <translation>{} heißt jetzt {}</translation>
    </message>
    <message>
        <source>{} is deleted; Ctrl+Z brings it back</source>
        <translation>{} ist gelöscht; Strg+Z holt es zurück</translation>
    </message>
    <message>
        <source>{} is saved over the old one; Ctrl+Z brings that back</source>
        <translation>{} ist über das alte gespeichert; Strg+Z holt dieses zurück</translation>
    </message>
    <message>
        <source>recall set {}</source>
        <translation>Set {} abrufen</translation>
    </message>
    <message>
        <source>save set {}</source>
        <translation>Set {} speichern</translation>
    </message>
    <message>
        <source>rename set {}</source>
        <translation>Set {} umbenennen</translation>
    </message>
    <message>
        <source>delete set {}</source>
        <translation>Set {} löschen</translation>
    </message>
    <message>
        <source>morph between presets</source>
        <translation>zwischen Presets morphen</translation>
    </message>
    <message>
        <source>{} is recalled; the held note keeps its pitch and amplitude</source>
        <translation>{} ist abgerufen; die gehaltene Note behält ihre Tonhöhe und Lautstärke</translation>
    </message>
    <message>
        <source>{}, changed since it was recalled or saved</source>
        <translation>{}, seit dem Abrufen oder Speichern geändert</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>Current preset</source>
        <translation>Aktuelles Preset</translation>
    </message>
    <message>
        <source>Morph</source>
        <translation>Morph</translation>
    </message>
    <message>
        <source>Sets</source>
        <translation>Sets</translation>
    </message>
    <message>
        <source>between {} and {}</source>
        <translation>zwischen {} und {}</translation>
    </message>
    <message>
        <source>no preset</source>
        <translation>kein Preset</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>The preview ended early</source>
        <translation>Das Vorhören brach ab</translation>
    </message>
</context>
<context>
    <name>Rack</name>
    <message>
        <source>Rack</source>
        <translation>Rack</translation>
    </message>
    <message>
        <source>Add plugin</source>
        <translation>Plugin hinzufügen</translation>
    </message>
    <message>
        <source>Open the browser; double-click a plugin there to add it</source>
        <translation>Den Browser öffnen: Ein Doppelklick fügt dort ein Plugin ins Rack ein</translation>
    </message>
    <message>
        <source>{} has not been removed: the engine did not answer; try again</source>
        <translation>{} wurde nicht entfernt: Die Engine hat nicht geantwortet; versuchen Sie es noch einmal</translation>
    </message>
</context>
<context>
    <name>Reach</name>
    <message>
        <source>rescue {}</source>
        <translation>Rettung {}</translation>
    </message>
    <message>
        <source>open hidden layers</source>
        <translation>Verborgene Schichten öffnen</translation>
    </message>
    <message>
        <source>close hidden layers</source>
        <translation>Verborgene Schichten schließen</translation>
    </message>
    <message>
        <source>Compiling; the slot plays on meanwhile…</source>
        <translation>Wird kompiliert; der Slot spielt solange weiter …</translation>
    </message>
    <message>
        <source>Listening to the input for {:g} s…</source>
        <translation>Der Eingang wird {:g} s lang gehört …</translation>
    </message>
    <message>
        <source>continue from the input</source>
        <translation>weiter mit dem Eingang</translation>
    </message>
    <message>
        <source>Recording that the network goes on from</source>
        <translation>Aufnahme, von der aus das Netz weiterspielt</translation>
    </message>
    <message>
        <source>Recordings ({})</source>
        <translation>Aufnahmen ({})</translation>
    </message>
    <message>
        <source>{} is fed to the network…</source>
        <translation>{} wird dem Netz vorgespielt …</translation>
    </message>
    <message>
        <source>continue from {}</source>
        <translation>weiter mit {}</translation>
    </message>
    <message>
        <source>Plugin whose tier takes the place of {}</source>
        <translation>Plugin, dessen Stufe an die Stelle von {} tritt</translation>
    </message>
    <message>
        <source>exchange tier {}</source>
        <translation>Stufe {} austauschen</translation>
    </message>
    <message>
        <source>Folder of a training run</source>
        <translation>Ordner eines Trainingslaufs</translation>
    </message>
    <message>
        <source>Slot {} was rescued: {}</source>
        <translation>Slot {} wurde gerettet: {}</translation>
    </message>
    <message>
        <source>Slot {} goes on from the last {:.1f} s of {}</source>
        <translation>Slot {} spielt von den letzten {:.1f} s von {} aus weiter</translation>
    </message>
    <message>
        <source>Slot {} goes on from {:.1f} s of the input</source>
        <translation>Slot {} spielt von {:.1f} s des Eingangs aus weiter</translation>
    </message>
    <message>
        <source>Slot {} has the tier {} of {}</source>
        <translation>Slot {} hat die Stufe {} von {}</translation>
    </message>
    <message>
        <source>Slot {} listens to the input: play, then add it</source>
        <translation>Slot {} hört den Eingang ab: spielen, dann hinzufügen</translation>
    </message>
    <message>
        <source>Slot {}: sounds added to the training: {}</source>
        <translation>Slot {}: Klänge, die das Training dazubekommt: {}</translation>
    </message>
    <message>
        <source>Slot {}: hidden layers are closed</source>
        <translation>Slot {}: Die verborgenen Schichten sind geschlossen</translation>
    </message>
    <message>
        <source>Slot {}: each tier has a page beside the envelope</source>
        <translation>Slot {}: Jede Stufe hat eine Seite neben der Hüllkurve</translation>
    </message>
</context>
<context>
    <name>Recorder</name>
    <message>
        <source>recorded {}</source>
        <translation>{} aufgenommen</translation>
    </message>
</context>
<context>
    <name>ReplaceNote</name>
    <message>
        <source>The plugin you open (double-click, or Enter) replaces that of slot {}.</source>
        <translation>Das Plugin, das Sie öffnen (Doppelklick oder Eingabetaste), ersetzt das von Slot {}.</translation>
    </message>
</context>
<context>
    <name>RunBox</name>
    <message>
        <source>Runs, the newest first</source>
        <translation>Läufe, der neueste zuerst</translation>
    </message>
    <message>
        <source>Training status</source>
        <translation>Stand des Trainings</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>Previews, the newest first</source>
        <translation>Hörproben, die neueste zuerst</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Play the preview on the default sound output</source>
        <translation>Die Hörprobe über den üblichen Tonausgang abspielen</translation>
    </message>
    <message>
        <source>Stop training</source>
        <translation>Training beenden</translation>
    </message>
    <message>
        <source>Stop; the plugin is written first</source>
        <translation>Beenden; zuvor wird das Plugin geschrieben</translation>
    </message>
    <message>
        <source>Add as slot</source>
        <translation>Als neuer Slot</translation>
    </message>
    <message>
        <source>Load the newest network into a new slot</source>
        <translation>Das neueste Netzwerk in einen weiteren Slot laden</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Load the newest network into the selected slot</source>
        <translation>Das neueste Netzwerk in den ausgewählten Slot laden</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Let the selected slot play each new network of this run, from where it is</source>
        <translation>Den ausgewählten Slot jedes neue Netzwerk dieses Laufs spielen lassen, von da an, wo er ist</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Continue the training for the time chosen above</source>
        <translation>Das Training für die oben gewählte Zeit fortsetzen</translation>
    </message>
    <message>
        <source>Keep training when closed</source>
        <translation>Nach Schließen weiter</translation>
    </message>
    <message>
        <source>Training continues when the window is closed; otherwise it stops then. It can be resumed either way</source>
        <translation>Das Training geht weiter, wenn das Fenster geschlossen wird; sonst endet es dann. Fortsetzen lässt es sich in beiden Fällen</translation>
    </message>
    <message>
        <source>step {}</source>
        <translation>Schritt {}</translation>
    </message>
    <message>
        <source>Stop preview</source>
        <translation>Hörprobe beenden</translation>
    </message>
</context>
<context>
    <name>Scope</name>
    <message>
        <source>Waveform</source>
        <translation>Wellenform</translation>
    </message>
    <message>
        <source>Time span of the waveform</source>
        <translation>Zeitspanne der Wellenform</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search plugins and presets</source>
        <translation>Plugins und Presets suchen</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Browser</source>
        <translation>Browser</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Presets</translation>
    </message>
    <message>
        <source>States</source>
        <translation>Zustände</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>Takes</translation>
    </message>
    <message>
        <source>XY pad</source>
        <translation>XY-Pad</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>Zuordnung</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>SlotMenu</name>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Traps are left alone</source>
        <translation>Fallen werden hingenommen</translation>
    </message>
    <message>
        <source>Gentle</source>
        <translation>Sanft</translation>
    </message>
    <message>
        <source>Cooler sampling first, then back to a healthy moment</source>
        <translation>Erst kühler ziehen, dann zurück zu einem gesunden Moment</translation>
    </message>
    <message>
        <source>Firm</source>
        <translation>Streng</translation>
    </message>
    <message>
        <source>Back to a healthy moment at once</source>
        <translation>Sofort zurück zu einem gesunden Moment</translation>
    </message>
    <message>
        <source>waits for the first network of {run}</source>
        <translation>wartet auf das erste Netz von {run}</translation>
    </message>
    <message>
        <source>follows {run}, step {step}</source>
        <translation>folgt {run}, Schritt {step}</translation>
    </message>
    <message>
        <source>holds step {step} of {run}</source>
        <translation>bleibt bei Schritt {step} von {run}</translation>
    </message>
    <message>
        <source>rescue: {}</source>
        <translation>Rettung: {}</translation>
    </message>
    <message>
        <source>Rescue from traps</source>
        <translation>Aus Fallen retten</translation>
    </message>
    <message>
        <source>Hidden layers</source>
        <translation>Verborgene Schichten</translation>
    </message>
    <message>
        <source>Controls that freeze tiers, and scale layers or give them noise</source>
        <translation>Regler, die Stufen einfrieren, Schichten skalieren oder ihnen Rauschen geben</translation>
    </message>
    <message>
        <source>Continue from</source>
        <translation>Weiterspielen von</translation>
    </message>
    <message>
        <source>The input (2 s)</source>
        <translation>Dem Eingang (2 s)</translation>
    </message>
    <message>
        <source>Take tier from another plugin</source>
        <translation>Stufe eines anderen Plugins nehmen</translation>
    </message>
    <message>
        <source>More of this (the last 10 s)</source>
        <translation>Mehr davon (die letzten 10 s)</translation>
    </message>
    <message>
        <source>Listen to the input</source>
        <translation>Eingang abhören</translation>
    </message>
    <message>
        <source>Keeps what comes into the sound card (channel 1), to be added</source>
        <translation>Behält, was in die Soundkarte kommt (Kanal 1), um es hinzuzufügen</translation>
    </message>
    <message>
        <source>More of the input (the last 10 s)</source>
        <translation>Mehr vom Eingang (die letzten 10 s)</translation>
    </message>
    <message>
        <source>Adds it to the training&apos;s data, with the slot&apos;s values; hold a note with steady knobs that say what is played</source>
        <translation>Fügt ihn den Daten des Trainings hinzu, mit den Werten des Slots; dabei eine Note mit ruhigen Reglern halten, die sagen, was gespielt wird</translation>
    </message>
    <message>
        <source>Back to the previous network</source>
        <translation>Zurück zum vorigen Netz</translation>
    </message>
    <message>
        <source>Follow again</source>
        <translation>Wieder folgen</translation>
    </message>
    <message>
        <source>A recording…</source>
        <translation>Einer Aufnahme …</translation>
    </message>
    <message>
        <source>Training run</source>
        <translation>Trainingslauf</translation>
    </message>
    <message>
        <source>Follow…</source>
        <translation>Folgen …</translation>
    </message>
    <message>
        <source>Adds it to the training&apos;s data; hold a note with steady knobs</source>
        <translation>Fügt es den Daten des Trainings hinzu; dazu eine Note halten und die Regler stehen lassen</translation>
    </message>
    <message>
        <source>Stop following</source>
        <translation>Nicht mehr folgen</translation>
    </message>
</context>
<context>
    <name>SlotPanel</name>
    <message>
        <source>no further octave: the keys end here</source>
        <translation>hier enden die Tasten: keine weitere Oktave</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Envelope</source>
        <translation>Hüllkurve</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Macros</source>
        <translation>Makros</translation>
    </message>
    <message>
        <source>Sampling and output</source>
        <translation>Sampling und Ausgang</translation>
    </message>
    <message>
        <source>{} moves {}</source>
        <translation>{} bewegt {}</translation>
    </message>
    <message>
        <source>On: a note sounds until the next one is played. Off: until its key is released</source>
        <translation>An: Eine Taste klingt, bis die nächste gespielt wird. Aus: bis sie losgelassen wird</translation>
    </message>
    <message>
        <source>Hold
on</source>
        <translation>Halten
an</translation>
    </message>
    <message>
        <source>Hold
off</source>
        <translation>Halten
aus</translation>
    </message>
</context>
<context>
    <name>SlotStrip</name>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Replace plugin…</source>
        <translation>Plugin ersetzen …</translation>
    </message>
    <message>
        <source>Reset network</source>
        <translation>Netzwerk neu starten</translation>
    </message>
    <message>
        <source>Remove from rack</source>
        <translation>Aus dem Rack entfernen</translation>
    </message>
    <message>
        <source>Lights up with each note</source>
        <translation>Leuchtet bei einer Note</translation>
    </message>
    <message>
        <source>Slot menu</source>
        <translation>Menü des Slots</translation>
    </message>
    <message>
        <source>out {}</source>
        <translation>Ausg. {}</translation>
    </message>
    <message>
        <source>Output channel {} of the device carries this slot alone, after its gain and mute; the mix is on 1 and 2</source>
        <translation>Ausgangskanal {} des Geräts trägt diesen Slot allein, hinter Gain und Stummschaltung; die Mischung liegt auf 1 und 2</translation>
    </message>
    <message>
        <source>{}
Double-click or F2: rename. Drag: move</source>
        <translation>{}
Doppelklick oder F2: umbenennen. Ziehen: verschieben</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>Slot {}, menu</source>
        <translation>Slot {}, Menü</translation>
    </message>
    <message>
        <source>Slot {}: {}</source>
        <translation>Slot {}: {}</translation>
    </message>
    <message>
        <source>removing {}…</source>
        <translation>{} wird entfernt …</translation>
    </message>
</context>
<context>
    <name>SoundMeter</name>
    <message>
        <source>Level</source>
        <translation>Pegel</translation>
    </message>
</context>
<context>
    <name>SoundView</name>
    <message>
        <source>Scope</source>
        <translation>Wellenform</translation>
    </message>
    <message>
        <source>Show the waveform</source>
        <translation>Wellenform zeigen</translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation>Spektrum</translation>
    </message>
    <message>
        <source>Show the spectrogram</source>
        <translation>Spektrogramm zeigen</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>Beides</translation>
    </message>
    <message>
        <source>Show the waveform and the spectrogram</source>
        <translation>Wellenform und Spektrogramm zeigen</translation>
    </message>
</context>
<context>
    <name>SourceBox</name>
    <message>
        <source>Folder…</source>
        <translation>Ordner …</translation>
    </message>
    <message>
        <source>Choose a folder of recordings (or drop one on the window)</source>
        <translation>Einen Ordner mit Aufnahmen wählen (oder auf das Fenster ziehen)</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Datei …</translation>
    </message>
    <message>
        <source>Choose one recording (or drop it)</source>
        <translation>Eine Aufnahme wählen (oder hierher ziehen)</translation>
    </message>
    <message>
        <source>Problems of the recordings</source>
        <translation>Probleme der Aufnahmen</translation>
    </message>
    <message>
        <source>Make clean copies</source>
        <translation>Bereinigte Kopien anlegen</translation>
    </message>
    <message>
        <source>Mono copies at 16 kHz, without DC offset or silence at the ends, at a usable level; the originals are not changed</source>
        <translation>Kopien in Mono mit 16 kHz, ohne Gleichanteil und ohne Stille an den Enden, mit brauchbarem Pegel; die Aufnahmen bleiben, wie sie sind</translation>
    </message>
    <message>
        <source>Kind of sound</source>
        <translation>Art des Klangs</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Töne</translation>
    </message>
    <message>
        <source>Texture</source>
        <translation>Textur</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>Loop</translation>
    </message>
    <message>
        <source>Single notes: the parameters in the file names become knobs</source>
        <translation>Einzelne Töne: Die Parameter in den Dateinamen werden zu Reglern</translation>
    </message>
    <message>
        <source>Speech and song</source>
        <translation>Sprache und Gesang</translation>
    </message>
    <message>
        <source>Repeating sounds: beats, machines</source>
        <translation>Was sich wiederholt: Beats, Maschinen</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Ausgangspunkt</translation>
    </message>
    <message>
        <source>A trained plugin of the same kind of network: what it can do already need not be learned again</source>
        <translation>Ein trainiertes Plugin mit einem Netz der gleichen Art: Was es schon kann, muss nicht neu gelernt werden</translation>
    </message>
    <message>
        <source>Training time</source>
        <translation>Trainingszeit</translation>
    </message>
    <message>
        <source>Continuous sounds: rain, crowds, drones</source>
        <translation>Anhaltende Klänge: Regen, Menschenmengen, Drones</translation>
    </message>
    <message>
        <source>How long it takes; training can be resumed</source>
        <translation>So lange dauert es; ein Training lässt sich fortsetzen</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Training starten</translation>
    </message>
    <message>
        <source>In a separate process; previews arrive as it trains</source>
        <translation>In einem eigenen Prozess; Hörproben kommen nach und nach</translation>
    </message>
    <message>
        <source>Recordings to train on</source>
        <translation>Aufnahmen zum Trainieren</translation>
    </message>
    <message>
        <source>Recordings ({})</source>
        <translation>Aufnahmen ({})</translation>
    </message>
    <message>
        <source>the trainer is a different version</source>
        <translation>Der Trainer hat eine andere Version</translation>
    </message>
    <message>
        <source>From nothing</source>
        <translation>Von Grund auf</translation>
    </message>
    <message>
        <source>From {}</source>
        <translation>Von {} ausgehend</translation>
    </message>
    <message>
        <source>Choose recordings first</source>
        <translation>Wählen Sie zuerst Aufnahmen</translation>
    </message>
    <message>
        <source>None of the files can be read</source>
        <translation>Keine davon ist lesbar</translation>
    </message>
    <message>
        <source>Make clean copies first: {}</source>
        <translation>Legen Sie zuerst bereinigte Kopien an: {}</translation>
    </message>
    <message>
        <source>Notes need a parameter in their file names, such as flute_p64.00.wav; choose another kind</source>
        <translation>Einzelne Töne brauchen einen Parameter im Dateinamen, etwa flute_p64.00.wav; wählen Sie eine andere Art</translation>
    </message>
    <message>
        <source>Choose recordings, or drop a folder on the window.</source>
        <translation>Wählen Sie Aufnahmen, oder ziehen Sie einen Ordner auf das Fenster.</translation>
    </message>
    <message>
        <source>{}: reading…</source>
        <translation>{}: wird durchgesehen …</translation>
    </message>
    <message>
        <source>and {} more</source>
        <translation>und {} weitere</translation>
    </message>
    <message>
        <source>Copying…</source>
        <translation>Wird kopiert …</translation>
    </message>
    <message>
        <source>Training runs at the lowest priority, so playing is not disturbed.</source>
        <translation>Trainiert mit niedrigster Priorität: Was spielt, wird nicht gestört.</translation>
    </message>
</context>
<context>
    <name>Spectrogram</name>
    <message>
        <source>Spectrogram</source>
        <translation>Spektrogramm</translation>
    </message>
    <message>
        <source>Spectrogram of the output: the last {} s, from {} Hz up, level in dBFS</source>
        <translation>Spektrogramm des Ausgangs: die letzten {} s, ab {} Hz, Pegel in dBFS</translation>
    </message>
</context>
<context>
    <name>StatesPage</name>
    <message>
        <source>Back (s)</source>
        <translation>Zurück (s)</translation>
    </message>
    <message>
        <source>Return to what the network was {} s ago</source>
        <translation>Zum Zustand des Netzes vor {} s zurückkehren</translation>
    </message>
    <message>
        <source>Loop (s)</source>
        <translation>Loop (s)</translation>
    </message>
    <message>
        <source>Repeat the last {} s, from what the network was then</source>
        <translation>Die letzten {} s wiederholen, vom damaligen Zustand aus</translation>
    </message>
    <message>
        <source>save state {}</source>
        <translation>Zustand {} speichern</translation>
    </message>
    <message>
        <source>rename state {}</source>
        <translation>Zustand {} umbenennen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Average of those chosen</source>
        <translation>Mittel der gewählten</translation>
    </message>
    <message>
        <source>Learn MIDI: recall</source>
        <translation>MIDI lernen: abrufen</translation>
    </message>
    <message>
        <source>Learn MIDI: morph</source>
        <translation>MIDI lernen: überblenden</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>End the loop</source>
        <translation>Loop beenden</translation>
    </message>
    <message>
        <source>State that is looped</source>
        <translation>Zustand, der geloopt wird</translation>
    </message>
    <message>
        <source>State that notes begin from</source>
        <translation>Zustand, mit dem Noten beginnen</translation>
    </message>
    <message>
        <source>Notes begin</source>
        <translation>Notenbeginn</translation>
    </message>
    <message>
        <source>Morph</source>
        <translation>Morph</translation>
    </message>
    <message>
        <source>notes begin from {}</source>
        <translation>Noten beginnen mit {}</translation>
    </message>
    <message>
        <source>duplicate state {}</source>
        <translation>Zustand {} duplizieren</translation>
    </message>
    <message>
        <source>An average is of {} states at most</source>
        <translation>Ein Mittel hat höchstens {} Zustände</translation>
    </message>
    <message>
        <source>average of states</source>
        <translation>Mittel von Zuständen</translation>
    </message>
    <message>
        <source>read states from {}</source>
        <translation>Zustände aus {} lesen</translation>
    </message>
    <message>
        <source>{} is written</source>
        <translation>{} ist geschrieben</translation>
    </message>
    <message>
        <source>{} is saved</source>
        <translation>{} ist gespeichert</translation>
    </message>
    <message>
        <source>{}: {} every {} s</source>
        <translation>{}: {} alle {} s</translation>
    </message>
    <message>
        <source>{}: the last {} s</source>
        <translation>{}: die letzten {} s</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>is looped</source>
        <translation>läuft als Loop</translation>
    </message>
    <message>
        <source>last seconds</source>
        <translation>letzte Sekunden</translation>
    </message>
    <message>
        <source>delete state {}</source>
        <translation>Zustand {} löschen</translation>
    </message>
    <message>
        <source>recall state {}</source>
        <translation>Zustand {} abrufen</translation>
    </message>
    <message>
        <source>back {} s</source>
        <translation>{} s zurück</translation>
    </message>
    <message>
        <source>loop a state</source>
        <translation>Zustand loopen</translation>
    </message>
    <message>
        <source>end the loop</source>
        <translation>Loop beenden</translation>
    </message>
    <message>
        <source>morph between states</source>
        <translation>zwischen Zuständen morphen</translation>
    </message>
    <message>
        <source>where the network is</source>
        <translation>wo das Netz gerade ist</translation>
    </message>
    <message>
        <source>States ({})</source>
        <translation>Zustände ({})</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Whole message</source>
        <translation>Ganze Meldung</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
</context>
<context>
    <name>Step</name>
    <message>
        <source>change {}</source>
        <translation>{} ändern</translation>
    </message>
</context>
<context>
    <name>SwitchButton</name>
    <message>
        <source>Mute</source>
        <translation>Stumm</translation>
    </message>
    <message>
        <source>Solo</source>
        <translation>Solo</translation>
    </message>
    <message>
        <source>DC blocker</source>
        <translation>Gleichspannungsfilter</translation>
    </message>
    <message>
        <source>the engine does not describe its mixer</source>
        <translation>Die Engine beschreibt ihr Mischpult nicht</translation>
    </message>
</context>
<context>
    <name>TakesPage</name>
    <message>
        <source>not readable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>{}: there is one already; choose another name</source>
        <translation>{}: Das gibt es schon; wählen Sie einen anderen Namen</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Play in the system&apos;s audio player (double-click, or Enter)</source>
        <translation>Mit dem Abspielprogramm des Systems abspielen (Doppelklick oder Enter)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open its folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Rename the take</source>
        <translation>Den Take umbenennen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Move it to the trash (Delete)</source>
        <translation>In den Papierkorb verschieben (Entf)</translation>
    </message>
    <message>
        <source>Format of takes</source>
        <translation>Format der Takes</translation>
    </message>
    <message>
        <source>File format of recordings; FLAC is lossless and about half the size</source>
        <translation>Dateiformat der Aufnahmen; FLAC ist verlustfrei und etwa halb so groß</translation>
    </message>
    <message>
        <source>No takes yet: press Record</source>
        <translation>Noch keine Takes: auf Aufnehmen drücken</translation>
    </message>
    <message>
        <source>Takes, newest first</source>
        <translation>Takes, der neueste zuerst</translation>
    </message>
    <message>
        <source>Record as</source>
        <translation>Aufnehmen als</translation>
    </message>
    <message>
        <source>The engine is on another machine; it cannot record for this window.</source>
        <translation>Die Engine läuft auf einem anderen Rechner; sie kann für dieses Fenster nicht aufnehmen.</translation>
    </message>
    <message>
        <source>Takes are in {}</source>
        <translation>Takes liegen in {}</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Copied {}</source>
        <translation>{} wurde kopiert</translation>
    </message>
    <message>
        <source>no program on this machine opens {} (right-click the take: Copy path)</source>
        <translation>kein Programm auf diesem Rechner öffnet {} (Rechtsklick auf die Aufnahme: Pfad kopieren)</translation>
    </message>
    <message>
        <source>delete take {}</source>
        <translation>Aufnahme {} löschen</translation>
    </message>
    <message>
        <source>rename take {}</source>
        <translation>Aufnahme {} umbenennen</translation>
    </message>
    <message>
        <source>{} is now called {}</source>
        <translation>{} heißt jetzt {}</translation>
    </message>
    <message>
        <source>{} was moved to the trash</source>
        <translation>{} liegt im Papierkorb</translation>
    </message>
    <message>
        <source>that take is no longer known</source>
        <translation>diese Aufnahme ist nicht mehr bekannt</translation>
    </message>
    <message>
        <source>{} could not be moved to the trash</source>
        <translation>{}: ließ sich nicht in den Papierkorb verschieben</translation>
    </message>
    <message>
        <source>{} is being recorded; stop first</source>
        <translation>{} wird gerade aufgenommen; beenden Sie das zuerst</translation>
    </message>
</context>
<context>
    <name>TierCard</name>
    <message>
        <source>Generated by {}</source>
        <translation>Erzeugt von {}</translation>
    </message>
    <message>
        <source>reacts within {}</source>
        <translation>reagiert innerhalb von {}</translation>
    </message>
</context>
<context>
    <name>TierView</name>
    <message>
        <source>Values passed down</source>
        <translation>Weitergegebene Werte</translation>
    </message>
    <message>
        <source>{}, values passed down</source>
        <translation>{}, weitergegebene Werte</translation>
    </message>
    <message>
        <source>Passed to the tiers below: background colour at the bottom of each range, strongest at the top</source>
        <translation>An die Stufen darunter weitergegeben: am unteren Ende jedes Bereichs die Farbe des Hintergrunds, am oberen am stärksten</translation>
    </message>
    <message>
        <source>{} units</source>
        <translation>{} Einheiten</translation>
    </message>
    <message>
        <source>{} of {} units</source>
        <translation>{} von {} Einheiten</translation>
    </message>
    <message>
        <source>{} {}, hidden state</source>
        <translation>{} {}, verborgener Zustand</translation>
    </message>
    <message>
        <source>Hidden state: a cell for each unit, −1 blue, 0 the background, 1 orange</source>
        <translation>Verborgener Zustand: ein Feld je Einheit, −1 blau, 0 der Hintergrund, 1 orange</translation>
    </message>
    <message>
        <source>Entropy of the distribution each sample is drawn from, after temperature and truncation: 0 bits is certain, {:g} bits maximum uncertainty</source>
        <translation>Entropie der Verteilung, aus der jedes Sample gezogen wird, nach Temperatur und Beschnitt: 0 Bit ist sicher, {:g} Bit so unsicher wie möglich</translation>
    </message>
    <message>
        <source>Entropy of the drawn values, relative to their range: 0 bits is maximum uncertainty; each bit less halves the likely span</source>
        <translation>Entropie der gezogenen Werte, bezogen auf ihren Bereich: 0 Bit ist so unsicher wie möglich, jedes Bit weniger halbiert die wahrscheinliche Spanne</translation>
    </message>
    <message>
        <source>{}, entropy</source>
        <translation>{}, Entropie</translation>
    </message>
    <message>
        <source>Entropy</source>
        <translation>Entropie</translation>
    </message>
    <message>
        <source>{:.1f} bits</source>
        <translation>{:.1f} Bit</translation>
    </message>
    <message>
        <source>{:.1f} of {:g} bits</source>
        <translation>{:.1f} von {:g} Bit</translation>
    </message>
</context>
<context>
    <name>Tips</name>
    <message>
        <source>Mute: takes the slot out of the mix</source>
        <translation>Stumm: nimmt den Slot aus der Mischung</translation>
    </message>
    <message>
        <source>Solo: only slots with solo on are in the mix</source>
        <translation>Solo: nur Slots mit Solo sind in der Mischung</translation>
    </message>
    <message>
        <source>DC filter: removes a constant offset of the output</source>
        <translation>DC-Filter: entfernt einen Gleichanteil der Ausgabe</translation>
    </message>
    <message>
        <source>The network draws only from so many of its most probable values: few are calmer. 0: from all</source>
        <translation>Das Netz zieht nur aus so vielen seiner wahrscheinlichsten Werte: wenige klingen ruhiger. 0: aus allen</translation>
    </message>
    <message>
        <source>The network draws only from its most probable values, up to this share of the probability: less is calmer. 1: from all</source>
        <translation>Das Netz zieht nur aus seinen wahrscheinlichsten Werten bis zu diesem Anteil der Wahrscheinlichkeit: weniger klingt ruhiger. 1: aus allen</translation>
    </message>
    <message>
        <source>Itself</source>
        <translation>Eigener</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keiner</translation>
    </message>
    <message>
        <source>Slot {}</source>
        <translation>Slot {}</translation>
    </message>
</context>
<context>
    <name>Train</name>
    <message>
        <source>{} s</source>
        <translation>{} s</translation>
    </message>
    <message>
        <source>{} min</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} h</source>
        <translation>{} h</translation>
    </message>
    <message>
        <source>mono</source>
        <translation>mono</translation>
    </message>
    <message>
        <source>stereo</source>
        <translation>stereo</translation>
    </message>
    <message>
        <source>{} channels</source>
        <translation>{} Kanäle</translation>
    </message>
    <message>
        <source>{}: 1 recording</source>
        <translation>{}: 1 Aufnahme</translation>
    </message>
    <message>
        <source>{}: {} recordings</source>
        <translation>{}: {} Aufnahmen</translation>
    </message>
    <message>
        <source>{} kHz</source>
        <translation>{} kHz</translation>
    </message>
    <message>
        <source>Parameters: {}</source>
        <translation>Parameter: {}</translation>
    </message>
    <message>
        <source>Time-varying values or classes found beside the recordings (.csv)</source>
        <translation>Werte oder Klassen im Zeitverlauf liegen neben den Aufnahmen (.csv)</translation>
    </message>
    <message>
        <source>No problems found</source>
        <translation>Keine Probleme gefunden</translation>
    </message>
    <message>
        <source>{} recordings: {}</source>
        <translation>{} Aufnahmen: {}</translation>
    </message>
    <message>
        <source>Nothing has been trained yet.</source>
        <translation>Noch ist nichts trainiert worden.</translation>
    </message>
    <message>
        <source>Reading the run…</source>
        <translation>Der Lauf wird gelesen …</translation>
    </message>
    <message>
        <source>Reading the recordings…</source>
        <translation>Aufnahmen werden gelesen …</translation>
    </message>
    <message>
        <source>Stopping: the plugin is being written…</source>
        <translation>Wird beendet: Das Plugin wird geschrieben …</translation>
    </message>
    <message>
        <source>Step {} of {}</source>
        <translation>Schritt {} von {}</translation>
    </message>
    <message>
        <source>{}  ·  about {} left</source>
        <translation>{}  ·  noch etwa {}</translation>
    </message>
    <message>
        <source>Done in {}: {}</source>
        <translation>Fertig nach {}: {}</translation>
    </message>
    <message>
        <source>Stopped before the first step.</source>
        <translation>Vor dem Beginn beendet.</translation>
    </message>
    <message>
        <source>Stopped after {}: {}</source>
        <translation>Beendet nach {}: {}</translation>
    </message>
    <message>
        <source>Training was interrupted at step {}. {}</source>
        <translation>Das Training brach bei Schritt {} ab. {}</translation>
    </message>
    <message>
        <source>Training failed: {}</source>
        <translation>Training fehlgeschlagen: {}</translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Training needs an extra package that is not installed:

{}

(in a checkout: make trainer). Then reopen the window.</source>
        <translation>Das Training braucht einen eigenen Teil, der nicht installiert ist:

{}

(in einem Checkout: make trainer). Öffnen Sie dann das Fenster neu.</translation>
    </message>
    <message>
        <source>The engine is on another machine and cannot load networks trained on this one. Copy the plugin to its plugin folder.</source>
        <translation>Die Engine läuft auf einem anderen Rechner: Netzwerke werden hier trainiert, und sie kann sie nicht laden. Kopieren Sie das Plugin in ihren Plugin-Ordner.</translation>
    </message>
</context>
<context>
    <name>Trainer</name>
    <message>
        <source>{} is being trained; stop it first</source>
        <translation>{} wird gerade trainiert; beenden Sie das zuerst</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>Open plugin…</source>
        <translation>Plugin öffnen …</translation>
    </message>
    <message>
        <source>Load a plugin file into the selected slot</source>
        <translation>Eine Plugin-Datei in diesen Slot laden</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Reset</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Record the output to a take</source>
        <translation>Den Ausgang als Take aufnehmen</translation>
    </message>
    <message>
        <source>Panic</source>
        <translation>Panik</translation>
    </message>
    <message>
        <source>Silence everything, until Reset or the next note</source>
        <translation>Alles verstummt, bis Reset oder zur nächsten Note</translation>
    </message>
    <message>
        <source>Start the network anew; it plays again after Panic</source>
        <translation>Das Netzwerk neu starten; nach Panik spielt es wieder</translation>
    </message>
    <message>
        <source>Show or hide: {}</source>
        <translation>Ein- oder ausblenden: {}</translation>
    </message>
    <message>
        <source>The engine is back.</source>
        <translation>Die Engine ist wieder da.</translation>
    </message>
    <message>
        <source>The engine at {} is not answering; waiting…</source>
        <translation>Die Engine unter {} antwortet nicht; es wird gewartet …</translation>
    </message>
    <message>
        <source>The engine is restarting…</source>
        <translation>Die Engine startet neu …</translation>
    </message>
    <message>
        <source>The engine stopped. Starting it again…</source>
        <translation>Die Engine wurde beendet. Sie wird neu gestartet …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>recording to {}</source>
        <translation>nehme auf in {}</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>The engine at {endpoint} has stopped answering. Nothing starts it again by itself; start it with: rtsynth play PLUGIN. The window is waiting.</source>
        <translation>Die Engine unter {endpoint} antwortet nicht mehr. Von selbst startet sie nicht wieder; starten Sie sie mit: rtsynth play PLUGIN. Das Fenster wartet.</translation>
    </message>
    <message>
        <source>The engine is starting with the new settings; slots, mappings and modulation come back with it. That takes seconds. What has never been used on this machine is compiled first, which can take a few minutes. The window is waiting.</source>
        <translation>Die Engine startet mit den neuen Einstellungen; Slots, Zuordnungen und Modulation kommen mit ihr zurück. Das dauert Sekunden. Was auf diesem Rechner noch nie benutzt wurde, wird erst kompiliert, was einige Minuten dauern kann. Das Fenster wartet.</translation>
    </message>
    <message>
        <source>The engine stopped. Starting it again, with its slots, mappings and modulation; that takes seconds.</source>
        <translation>Die Engine wurde beendet. Sie wird mit ihren Slots, Zuordnungen und ihrer Modulation neu gestartet; das dauert Sekunden.</translation>
    </message>
    <message>
        <source>The engine at {endpoint} has stopped answering. If it crashed, the rtsynth play that started it starts it again. The window is waiting.</source>
        <translation>Die Engine unter {endpoint} antwortet nicht mehr. Falls sie abgestürzt ist, startet das rtsynth play, das sie gestartet hat, sie neu. Das Fenster wartet.</translation>
    </message>
    <message>
        <source>No engine answers at {endpoint}. Start one with: rtsynth play PLUGIN. To reach one on another port: rtsynth gui --connect HOST:PORT</source>
        <translation>Unter {endpoint} antwortet keine Engine. So startet eine: rtsynth play PLUGIN. Eine an einem anderen Port erreicht: rtsynth gui --connect HOST:PORT</translation>
    </message>
    <message>
        <source>No engine answers at {endpoint}. On that machine, start it so that this one may connect: rtsynth serve PLUGIN --osc 0.0.0.0:{port} --osc-allow ADDRESS, where ADDRESS is the address of this machine. A firewall may also block it.</source>
        <translation>Unter {endpoint} antwortet keine Engine. Auf jenem Rechner muss sie nach außen hören und diesen zulassen: rtsynth serve PLUGIN --osc 0.0.0.0:{port} --osc-allow ADDRESS, mit der Adresse dieses Rechners. Auch eine Firewall kann im Weg sein.</translation>
    </message>
    <message>
        <source>{device} is gone, so there is no sound. The engine keeps playing silently and returns to it as soon as it is back.</source>
        <translation>{device} ist weg, daher kein Ton. Die Engine spielt stumm weiter und kehrt zurück, sobald das Gerät wieder da ist.</translation>
    </message>
    <message>
        <source>{device} no longer accepts audio, so there is no sound. If that lasts, rtsynth play starts the engine again, with its slots, mappings and modulation.</source>
        <translation>{device} nimmt kein Audio mehr an, deshalb ist nichts zu hören. Wenn das andauert, startet rtsynth play die Engine neu, mit ihren Slots, Zuordnungen und Modulationen.</translation>
    </message>
    <message>
        <source>{device} no longer accepts audio, so there is no sound. If that lasts, quit the engine and start it again; rtsynth play does that by itself.</source>
        <translation>{device} nimmt kein Audio mehr an, deshalb ist nichts zu hören. Wenn das andauert, beenden Sie die Engine und starten Sie sie neu; rtsynth play tut das von selbst.</translation>
    </message>
    <message>
        <source>No audio device was found, so there is no sound. Connect one (rtsynth play continues on it) or choose one in the settings. On Linux, libportaudio2 must be installed.</source>
        <translation>Kein Audiogerät gefunden, daher kein Ton. Schließen Sie eines an: rtsynth play spielt darüber weiter; oder wählen Sie es in den Einstellungen. Unter Linux muss libportaudio2 installiert sein.</translation>
    </message>
    <message>
        <source>The engine could not start with the new settings, so it has the previous ones: {reason}</source>
        <translation>Die Engine konnte mit den neuen Einstellungen nicht starten und hat die bisherigen: {reason}</translation>
    </message>
    <message>
        <source>{what} could not be used, so the engine started without it: {reason}. Restart the engine in the settings once it is available, or choose another.</source>
        <translation>{what} ließ sich nicht verwenden, die Engine ist ohne das gestartet: {reason}. Starten Sie sie in den Einstellungen neu, sobald es da ist, oder wählen Sie etwas anderes.</translation>
    </message>
    <message>
        <source>{what} was not found, so the engine started without it. Connect it and restart the engine in the settings, or choose another device there.</source>
        <translation>{what} wurde nicht gefunden; die Engine spielt ohne das Gerät. Anschließen und die Engine in den Einstellungen neu starten, oder dort ein anderes wählen.</translation>
    </message>
    <message>
        <source>No MIDI input was found. A MIDI keyboard plays as soon as it is connected; so do the letters of the computer keyboard, and the mouse.</source>
        <translation>Kein MIDI-Eingang gefunden. Ein Keyboard spielt, sobald es angeschlossen ist; die Buchstaben der Tastatur und die Maus spielen auch.</translation>
    </message>
    <message>
        <source>There is no MIDI: {reason}. The letters of the computer keyboard and the mouse still play.</source>
        <translation>Kein MIDI: {reason}. Die Buchstaben der Tastatur und die Maus spielen trotzdem.</translation>
    </message>
    <message>
        <source>The engine is rtsynth {theirs}, this window is {ours}: some things may not work. Start both from the same installation.</source>
        <translation>Die Engine ist rtsynth {theirs}, dieses Fenster {ours}: manches geht vielleicht nicht. Starten Sie beide aus derselben Installation.</translation>
    </message>
</context>
<context>
    <name>VoiceChoice</name>
    <message>
        <source>Voices that states are of</source>
        <translation>Stimmen, deren Zustände es sind</translation>
    </message>
    <message>
        <source>Save, recalls, Back and Morph act on these voices</source>
        <translation>Speichern, Abrufen, Zurück und Morph wirken auf diese Stimmen</translation>
    </message>
    <message>
        <source>All voices</source>
        <translation>Alle Stimmen</translation>
    </message>
    <message>
        <source>Voice of the newest note</source>
        <translation>Stimme der neuesten Note</translation>
    </message>
    <message>
        <source>Voice {}</source>
        <translation>Stimme {}</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>the engine&apos;s status is unreadable</source>
        <translation>Der Status der Engine ist unlesbar</translation>
    </message>
</context>
<context>
    <name>WindowSection</name>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Same as desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Colours of the window</source>
        <translation>Farben des Fensters</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Scale of everything, on top of the desktop&apos;s own</source>
        <translation>Wie groß alles ist, zusätzlich zur Einstellung des Desktops</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Language of the window</source>
        <translation>Sprache des Fensters</translation>
    </message>
    <message>
        <source>Reopen the window</source>
        <translation>Fenster neu öffnen</translation>
    </message>
    <message>
        <source>Applies what is chosen here; the sound continues</source>
        <translation>Übernimmt, was hier gewählt ist; der Klang geht weiter</translation>
    </message>
</context>
<context>
    <name>XYPage</name>
    <message>
        <source>XY pad</source>
        <translation>XY-Pad</translation>
    </message>
    <message>
        <source>Drag (Shift or Ctrl: fine), arrow keys, wheel; Home: centre, Delete: reset, right-click: menu</source>
        <translation>Ziehen (Umschalt oder Strg: fein), Pfeiltasten, Mausrad; Pos1: Mitte, Entf: zurücksetzen, Rechtsklick: Menü</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Presets</translation>
    </message>
    <message>
        <source>The pad moves two parameters</source>
        <translation>Das Pad bewegt zwei Parameter</translation>
    </message>
    <message>
        <source>The pad blends four presets</source>
        <translation>Das Pad mischt vier Presets</translation>
    </message>
    <message>
        <source>choose controls of the XY pad</source>
        <translation>Regler des XY-Pads wählen</translation>
    </message>
    <message>
        <source>choose presets of the XY pad</source>
        <translation>Presets des XY-Pads wählen</translation>
    </message>
    <message>
        <source>not saved: {}</source>
        <translation>nicht gespeichert: {}</translation>
    </message>
    <message>
        <source>Learn MIDI for {} ({})</source>
        <translation>MIDI lernen für {} ({})</translation>
    </message>
    <message>
        <source>Cancel MIDI learn for {} ({})</source>
        <translation>MIDI-Lernen abbrechen für {} ({})</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Reset</translation>
    </message>
    <message>
        <source>Swap X and Y</source>
        <translation>X und Y tauschen</translation>
    </message>
</context>
</TS>
