/** Families: orders and food. */
import { integers, numbers } from '../number-words.ts';
import type { Make } from '../values.ts';
import { dish, street, title, code, thing } from '../values.ts';
import { clockTime, dayWords, lines, money } from './family-values.ts';
import { flag, integer, listOf, maybe, number, strings, text, oneOf } from './family.ts';
import type { Family } from './family.ts';

const orderNumber: Make = code('');

export const ordersFamilies: readonly Family[] = [
  {
    id: 'restaurant',
    domain: 'food',
    names: 'book table|restaurants: reserve|reserve table|make reservation|table booking',
    descriptions: 'Reserves a table.|Books a table in a restaurant.|Makes a restaurant reservation.',
    parameters: {
      restaurant: text('restaurant|restaurant name|place|name', title),
      date: text('date|day|on', dayWords),
      time: text('time|at|hour', clockTime),
      people: integer('people|party size|guests|seats', integers(2, 14)),
      outside: maybe(flag('outside|terrace|outdoor')),
    },
    requests: lines(`book a table for {people} at {restaurant} {date} at {time}
reserve {people} seats at {restaurant}, {date}, {time}
I want to eat at {restaurant} {date} at {time} with {people} people
table for {people} at {restaurant} {date} at {time}, {outside:outside|not outside}
make a reservation at {restaurant} for {people}, {date} {time}[, {outside:on the terrace|inside, not on the terrace}]
we are {people} and want to go to {restaurant} {date} at {time}, reserve a table
get us a table at {restaurant} {date} at {time}, party of {people}`),
    asks: [
      ['book a table at {restaurant} {date} at {time}', 'For how many people?'],
      ['book a table for {people} {date} at {time}', 'At which restaurant?'],
      ['reserve a table for {people} at {restaurant} {date}', 'At what time?'],
    ],
  },
  {
    id: 'delivery',
    domain: 'food',
    names: 'order food|delivery: order|food delivery|place food order|order meal',
    descriptions: 'Orders food to an address.|Places an order with a restaurant.|Food delivery.',
    parameters: {
      dishes: listOf('dishes|items|meals|order items', strings, dish, 1, 3),
      address: text('address|deliver to|street', street),
      spicy: maybe(flag('spicy|hot|extra spicy')),
      tip: maybe(number('tip|tip amount', money(1, 12))),
    },
    requests: lines(`order {dishes} to {address}
I'd like {dishes} delivered to {address}
get {dishes} to {address}, {spicy:spicy|not spicy}
have {dishes} sent to {address}[ with a tip of {tip}]
deliver {dishes} to {address}, tip {tip}
food order: {dishes}, address {address}[, {spicy:spicy|not spicy} please]
bring {dishes} to {address}`),
    asks: [
      ['order {dishes}', 'To which address?'],
      ['order some food to {address}', 'Which dishes?'],
    ],
  },
  {
    id: 'order_status',
    domain: 'orders',
    names: 'order status|orders: get|get order|check order|order lookup',
    descriptions: 'Tells the state of an order.|Looks up an order.|Status of a purchase.',
    parameters: {
      order: text('order id|order number|order', orderNumber),
      details: maybe(flag('with items|show items|item list')),
    },
    requests: lines(`what's the status of order {order}?
check my order {order}
where is order {order}?
look up order number {order}, {details:with|without} the items
has order {order} shipped?
tell me about order {order}[ and list its items{details=true}]
My order {order}: how far along is it?
give me the status of the orders {order+}`),
    asks: [
      ["what's the status of my order?", 'What is the order number?'],
      ['check an order for me', 'What is the order number?'],
    ],
    like: ['track_parcel'],
  },
  {
    id: 'cancel_order',
    domain: 'orders',
    names: 'cancel order|orders: cancel|order cancellation|stop order|cancel purchase',
    descriptions: 'Cancels an order.|Stops an order before it ships.|Cancels a purchase with a reason.',
    parameters: {
      order: text('order id|order number|order', orderNumber),
      reason: maybe(oneOf('reason|cause', ['ordered_by_mistake', 'no_longer_needed', 'too_expensive'])),
      refund: maybe(flag('refund|with refund|refund payment')),
    },
    requests: lines(`cancel order {order}
cancel my order {order}, it was {reason="ordered_by_mistake"}ordered by mistake
I want to cancel {order} because it is {reason="no_longer_needed"}no longer needed
stop order {order}[, {refund:refund me|no refund needed}]
please cancel number {order}, {refund:with|without} refund
{order} is {reason="too_expensive"}too expensive, cancel it
don't send order {order}, cancel it
cancel the orders {order+}`),
    asks: [
      ['cancel my order', 'What is the order number?'],
      ['stop it and refund me{refund=true}', 'Which order?'],
    ],
  },
  {
    id: 'buy',
    domain: 'orders',
    names: 'place order|shop: buy|buy product|purchase item|order product',
    descriptions: 'Orders a product.|Buys an item from the shop.|Places an order.',
    parameters: {
      product: text('product|item|product name|article', thing),
      quantity: integer('quantity|amount|count|number', integers(1, 24)),
      color: maybe(oneOf('color|colour|variant', ['black', 'white', 'red', 'blue', 'green'])),
      express: maybe(flag('express|express shipping|fast delivery')),
      gift: maybe(flag('gift wrap|gift|as gift')),
    },
    requests: lines(`order {quantity} pieces of the {product}
I'd like to buy the {product}, {quantity} of them[ in {color}]
buy {quantity} times the {product} in {color}
get me {quantity} units of {product}, {express:express|normal, not express,} shipping
put in an order for the {product}: quantity {quantity}, color {color}
order the {product} ({quantity} pieces)[, {gift:gift wrapped|no gift wrapping}]
purchase {quantity} of the {product} {express:with|without} express delivery`),
    asks: [
      ['order the {product}', 'How many?'],
      ['order {quantity} pieces in {color}', 'Which product?'],
    ],
  },
  {
    id: 'search_products',
    domain: 'orders',
    names: 'search products|shop: search|find products|product search|browse shop',
    descriptions: 'Searches the shop.|Finds products by words, price and rating.|Product search.',
    parameters: {
      query: text('query|search term|keywords|product', thing),
      maxPrice: maybe(number('max price|price limit|up to', money(10, 900))),
      rating: maybe(number('min rating|stars|rating', numbers(2, 4.9, 1))),
      inStock: maybe(flag('in stock|available only|only available')),
      sort: maybe(oneOf('sort by|order by|sort', ['price', 'rating', 'newest'])),
    },
    requests: lines(`search the shop for a {query} under {maxPrice}
show me {query} offers with at least {rating} stars
find a {query}, {inStock:only in stock|also those not in stock}
I'm looking for a {query} for at most {maxPrice}[, sorted by {sort}]
which {query} costs less than {maxPrice}?
browse for {query} sorted by {sort}
look for a {query}[ rated {rating} or higher] up to {maxPrice}`),
    asks: [
      ['find something under {maxPrice}', 'What are you looking for?'],
      ['search the shop, sorted by {sort}', 'What are you looking for?'],
    ],
    like: ['buy'],
  },
  {
    id: 'track_parcel',
    domain: 'orders',
    names: 'track package|shipping: track|parcel status|track shipment|where is parcel',
    descriptions: 'Tracks a parcel.|Tells where a shipment is.|Status of a package.',
    parameters: {
      number: text('tracking number|tracking id|parcel number', code('')),
      carrier: maybe(oneOf('carrier|company|service', ['DHL', 'UPS', 'FedEx', 'GLS'])),
      notify: maybe(flag('notify|send updates|subscribe')),
    },
    requests: lines(`where is my parcel {number}?
track {number}
track the {carrier} package {number}
what's the status of shipment {number}[ with {carrier}]?
My {carrier} tracking number is {number}. Where is it?
follow parcel {number}, {notify:send me updates|no updates please}
has {number} arrived yet?
track the parcels {number+}`),
    asks: [
      ['where is my parcel?', 'What is the tracking number?'],
      ['track my {carrier} package', 'What is the tracking number?'],
    ],
  },
];
