## Typing the code of a device

device-title = Connect a device
device-lead = Enter the code that your television, appliance or app shows.
device-lead-scanned = Go on only if the device in front of you shows this code.
device-code = The code on the screen
device-code-hint = Eight letters, in capitals or not, with or without the hyphen. Example: WDJB-MJHT
device-next = Next
device-wrong = No device shows this code. Please check the screen again
device-slow = Several wrong codes were entered
device-slow-text = For your safety no code is taken for a while. After { $when }, let the device show a new code and enter that.

## Is it the right device?

device-confirm-title = Connect { $app }?
device-compare = Does the device show this code?
device-compare-text = If it does not, do not connect it.
device-warn = Did somebody ask you to do this?
device-warn-text = If somebody asked you to enter a code, by telephone or message, do not connect the device. They could see your data.
device-unverified-text = This app registered itself, and nobody knows who is behind it. If you do not know it, do not connect the device.
device-asked-at = Asked on
device-asked-from = Asked from
device-from-here = The network you are using now
device-from-elsewhere = Another network ({ $network })
device-kind = Kind of device
device-unknown = Unknown device
device-wishes = What it can do then
device-outlives = It stays connected when you sign out in the browser. You can take this back at any time under "Connected apps" on your page.
device-allow = Connect
device-deny = Cancel

## Afterwards

device-allowed-title = Connected
device-allowed-text = Please go back to { $app }. It will go on by itself in a moment.
device-denied-title = Not connected
device-denied-text = Nothing was given to { $app }. You can close this page.
device-see-apps = See connected apps
device-over-title = This code cannot be used
device-over-text = It is too old, or was entered in another browser. Let the device show a new code and enter that.
device-again = Enter a code
