## Changing the e-mail address

email-title = Change e-mail address
email-lead = We will send a letter to the new address. Until you confirm it, your present address stays in use.
email-current = Present e-mail address
email-new = New e-mail address
email-after = After the change you are signed out on all devices, and we let your present address know.
email-submit = Send the letter
email-change-link = Change
email-code-lead = We have sent a letter to { $email }. Please enter the six digits it contains.
email-code-submit = Change e-mail address
email-signs-out = This signs you out on all devices. Sign in again with the new address.
email-confirm-title = Confirm your new e-mail address
email-confirm-lead = The e-mail address of your account becomes { $email }.
email-taken-text = There is already an account with this address, so it cannot be used here.
email-another = Enter another address
email-changed = Your e-mail address was changed
email-changed-text = Please sign in with the new address.
email-undo-title = Bring back your old e-mail address
email-undo-lead = The e-mail address of your account becomes { $email } again.
email-undo-after = All devices are signed out and the present password stops working. You then set a new password.
email-undo-submit = Bring my address back
email-undo-until = This works until { $when }.
email-undo-over-title = It is too late for this, or it was done already
email-undo-over-text = If you cannot sign in, please contact support.
email-back-title = Your old e-mail address is back
email-back-text = All devices were signed out. Set a new password, then sign in.
email-back-link = Set a password

## Wrong input

reason-same-email = This is your present e-mail address
