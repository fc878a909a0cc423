## My page

my-title = My page
my-hello = Hello, { $name }
my-hello-nobody = Welcome
my-products = Your products
my-all-products = See all products ({ $count })
my-empty-title = Register a product
my-empty-text = You will see at a glance how long it is covered, and repairs and questions start in a moment. It takes about a minute.
my-waiting-title = We are checking your registration of { $name }
my-ends-soon-title = The warranty of { $name } ends soon
my-ends-soon-text = Until { $date } ({ $left })
my-see-product = See the product

## List of products

products-title = Products
products-lead = What you have registered, and how long it is covered.
products-add = Register a product
products-empty-title = No products yet
product-model = Model
product-serial = Serial number

## Cover

cover = Warranty
cover-of = Warranty ({ $part })
cover-until = Until { $date }
cover-over = Ended
cover-ended-on = Ended on { $date }
cover-none = No warranty information
cover-waiting = Shown after our check
covers-parts = parts
covers-labour = labour
covers-visit = call-out
covers-shipping = shipping
covers-join = ,{" "}

## State of a registration

state-pending = Being checked
state-disputed = To be decided
state-active = Registered
state-rejected = Not registered
state-withdrawn = Withdrawn
state-ended = Ended
reason-of-unknown-serial = The serial number is not in our shipping records yet. We register it when the record arrives, or when one of us has checked it.
reason-of-before-manufacture = The date of purchase lies before this piece was made. One of us will check it.
reason-of-before-launch = The date of purchase lies before this model was first sold. One of us will check it.
reason-of-held-by-other = Somebody else has already registered this product. One of us will look at both records and decide.

## Register a product

add-title = Register a product
add-step-identify = Product
add-step-when = Purchase
add-step-done = Done
add-identify-title = Which product is it?
add-identify-lead = Have the label at hand and enter the model and the serial number.
add-model = Model
add-model-hint = On the label, beside "Model". Suggestions appear as you type.
add-serial = Serial number
add-serial-hint = Capital or small letters, with or without hyphens: we understand both.
add-where-title = Where do I find the serial number?
add-where-label = On a silver or white label at the back, the bottom or the side of the product
add-where-card = On the warranty card, or the last page of the manual
add-where-box = On the box, near the bar code (marked S/N)
add-where-picture = Example of a product label: the serial number stands below the model.
add-understood = Understood: { $name } ({ $model }), serial number { $serial }
add-understood-short = Understood: serial number { $serial }
add-understood-swapped = We read { $typed } as { $read }
add-when-title = When and where did you buy it?
add-when-lead = You can leave both empty.
add-purchased-on = Date of purchase
add-purchased-on-hint = If empty, the warranty is counted from the day of shipment or registration, and may be shorter than it should be.
add-dealer = Shop
add-dealer-hint = If empty, your warranty stays the same. Knowing the shop can make a repair faster.
add-claim-code = Registration code
add-claim-code-hint = Printed on the inside of the box. Some products have none.
add-claim-code-open = I have the registration code from the box
add-what-happens = As soon as you register, you see until when it is covered.
add-submit = Register product
add-ask-title = Please check the date of purchase
add-ask-before-manufacture = The date you entered lies before this piece was made.
add-ask-before-launch = The date you entered lies before this model was first sold.
add-ask-text = { $why } If it is right, register once more. One of us will check it first.
add-confirm = Register with this date

done-active-title = Registered
done-active-text = { $name } is now registered as yours.
done-pending-title = Received: we will check it
done-pending-text = We will write to you with the result.
done-disputed-title = This product is registered already
done-disputed-text = We have kept your claim. If the previous owner passed it on to you, you need not do anything else now.
done-next-title = What you can do next
done-next-receipt = Keep the receipt or the warranty card: it helps when something needs repair
done-next-product = See the product
done-next-another = Register another product
done-provisional-title = The end of the warranty may still move
done-provisional = We have not yet seen a document with the date of purchase. Once one is checked, the dates may change.

## Product page

product-cover-title = What is covered
product-cover-part = Part
product-cover-covers = Free of charge
product-cover-period = Length
product-cover-until = Until
product-cover-left = Left
product-how = How is this date computed?
product-facts-title = Registration
product-purchased-on = Date of purchase
product-purchased-unknown = Not given
product-dealer = Shop
product-registered-on = Registered on
product-plan = Kind of warranty
product-serial-typed = Serial number as entered
product-history-title = History
history-purchased = Bought
history-registered = Registered
history-claimed = Registration received
history-cover-ended = Warranty of { $part } ended
product-already-yours = You have registered this product already
product-copied = Copied
product-prove-title = Is there a registration code in the box?
product-prove-text = With the code we can see at once that the product is with you.
product-prove-submit = Send code
product-transferable = If you pass the product on, this warranty goes with it.
product-not-transferable = This warranty is for the first registered owner only.

## How a date comes about

step-from-plan = We count from { $date }: this warranty always begins on that day.
step-from-dealer-sale = We count from { $date }, the purchase reported by the shop.
step-from-receipt = We count from { $date }, the purchase shown by your receipt.
step-from-warranty-card = We count from { $date }, the purchase shown by the warranty card.
step-from-declared = We count from { $date }, the purchase you entered.
step-from-shipped = The purchase is not known, so we count from { $date }, after its shipment.
step-from-made = The purchase is not known, so we count from { $date }, after it was made.
step-from-registered = The purchase is not known, so we count from { $date }, when it was registered.
step-fallback = Our factory records say { $date }; we add { $days } days for its way to you.
step-first-day-left-out = The first day is not counted: { $date } is day one.
step-first-day-counted = The first day is day one.
step-corresponding = { $length } later, the same day is { $date }; the day before it is the last.
step-month-end = { $length } later there is no such day, so the last day of that month is the last.
step-until = You are covered to the end of { $date }.

## Wrong in these fields

reason-unknown = We do not know this model. Please check it on the label
reason-serial-form = This is not the form of this model's serial numbers. Please look for "S/N" on the label
reason-check-digit = Something in the serial number is not right. Please check it letter by letter
reason-leading-zeros-lost = The zeros at the beginning seem to be missing. Please enter it as on the label
reason-in-future = The date cannot be later than today
reason-too-long-ago = This is too long ago. Please check the year
reason-wrong = This is not the code of this product. Please check the inside of the box
