## What an app is allowed

consent-title = Allow { $app }?
consent-as = You are signed in as { $name }
consent-known = already allowed
consent-allow = Allow
consent-deny = Don't allow
consent-more = and { $count } more
consent-take-back = You can take this back at any time under "Connected apps" on your page.
consent-client-uri = About the app
consent-policy-uri = The app's privacy policy
consent-tos-uri = The app's terms

## An app that nobody knows

unverified-title = This app is not verified
unverified-text = It was registered automatically, and nobody has checked who is behind it. Go on only if you expected it. It returns to { $host }

## The parts

scope-openid = Recognise you
scope-openid-why = It knows that you are the same person next time.
scope-profile = Your name and basic details
scope-profile-why = It sees your name, language and time zone.
scope-email = Your e-mail address
scope-email-why = It sees the address and whether it is confirmed.
scope-address = Your postal address
scope-address-why = So that you need not type it again, for deliveries for instance.
scope-phone = Your telephone number
scope-phone-why = So that you can be reached.
scope-products = Your registered products
scope-products-why = It sees their names and the month you registered them.
scope-products-serial = Serial numbers and dates of purchase
scope-products-serial-why = It sees serial number, date of purchase and shop.
scope-warranty = Your warranties
scope-warranty-why = It sees what is covered and until when.
scope-recalls = Safety notices about your products
scope-recalls-why = It sees whether a recall concerns one of them.
scope-service = Your repairs and enquiries
scope-service-why = It sees how they are getting on.
scope-service-write = Ask for repairs and send enquiries
scope-service-write-why = It can do so, and reply, on your behalf.
scope-registry-register = Register products
scope-registry-register-why = It can register products on your behalf.
scope-management = Use the staff tools
scope-management-why = It can use them with the permissions you have as staff.
scope-offline-access = Go on after you sign out
scope-offline-access-why = It can use what you allowed while you are away.
scope-owned = For { $server }.
scope-owned-why = { $why } ({ $server })

## Choosing products

choice-title = Choose the products it may see
choice-purpose = { $app } says
choice-tells = Of the products you choose, the app sees
choice-tells-model = name and model, the month since when you have it, whether any cover is in force
choice-tells-serial = serial number, date of purchase and shop
choice-tells-cover = the cover of each part and when it ends
choice-which = { $model } · serial number ending in { $ending }
choice-nothing = Choose the products it may see before you allow it
choice-too-many = You can choose up to { $most } products
choice-not-held = Your registrations have changed. Please choose again
choice-none-title = There is no product to choose
choice-none-text = Once you have registered a product, you can choose it here.
choice-none-of = This app works with { $models }. Once you have registered one, you can choose it here.
choice-register = Register a product (opens in a new tab)
choice-look-again = I have registered it: look again

## A request that cannot be taken

untrusted-title = This app's request cannot be taken
untrusted-title-of = The request of { $app } cannot be taken
untrusted-malformed = The request could not be read. Please go back to the app or site and try again.
untrusted-client = The app that asked is not registered here, or was switched off. Please ask the app or site.
untrusted-redirect-uri = The address the app wants you to return to is not registered. We stopped here for your safety, and nothing about you was given away. Please ask the app or site.
untrusted-no-redirect-uri = The app did not say where you are to return to, so we cannot go on. Nothing about you was given away. Please ask the app or site.
untrusted-gone-title = This step is over
untrusted-gone = It took too long, was finished already, or began in another browser. Please go back to the app or site and start again.
untrusted-gone-of = It took too long, was finished already, or began in another browser. Please go back to { $app } and start again.
untrusted-for-support = If you contact us, please give these details
untrusted-code = Error code
untrusted-parameter = Where to look
untrusted-reference = Reference
untrusted-at = When

## Back to the app

form-post-title = Returning to the app
form-post-submit = Continue
leaving-title = Go to { $host }?
leaving-go = Continue to { $host }

## Signing out from an app

end-session-title = Sign out?
end-session-asked-by = { $app } asks you to sign out.
end-session-text = You will be signed out of { $site } and its connected apps on this device.
end-session-submit = Sign out
end-session-stay = Stay signed in
end-session-bad-title = This request to sign out cannot be taken
end-session-bad-request = The request is not right, so nothing was changed. To sign out, use your page.
signed-out-title = You are signed out
signed-out-text = On a device that others use too, please close the browser.
signed-out-back = Back to { $app }
front-channel-title = Signing out of your apps
front-channel-text = Your apps are being told that you have signed out. This takes a few seconds.
front-channel-next = Continue
front-channel-frame = Signing out of an app
